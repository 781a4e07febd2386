/** Weighs the build: what the landing page loads before it shows anything, and what each other page adds. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const LANDING = "_app.index";
const LIMITS = { initial: 250, route: 80, chart: 210, css: 30 };

const manifest = JSON.parse(readFileSync(`${DIST}.vite/manifest.json`, "utf8"));
const weigh = (file) => gzipSync(readFileSync(`${DIST}${file}`), { level: 9 }).length / 1000;
const total = (files) => [...files].reduce((kb, file) => kb + weigh(file), 0);

/** Files that come with a chunk: itself and everything it imports at once. */
function together(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) together(next, seen);
  return seen;
}

const scripts = (keys) => new Set([...keys].map((k) => manifest[k].file).filter((f) => f.endsWith(".js")));
const styles = (keys) => new Set([...keys].flatMap((k) => manifest[k].css ?? []));
const routeKeys = Object.keys(manifest).filter((k) => /src\/routes\/.*tsr-split=component/.test(k));
const routeOf = (name) => routeKeys.filter((k) => k.includes(`/${name}.tsx`));
const entry = Object.keys(manifest).find((k) => manifest[k].isEntry);
const shell = new Set([...together(entry), ...routeOf("_app").flatMap((k) => [...together(k)])]);
const landing = new Set([...shell, ...routeOf(LANDING).flatMap((k) => [...together(k)])]);
if (landing.size === shell.size) throw new Error(`the manifest has no chunk of the landing page ${LANDING}`);

const rows = [["initial JS", total(scripts(landing)), LIMITS.initial]];
rows.push(["all CSS of the landing page", total(styles(landing)), LIMITS.css]);
for (const key of routeKeys) {
  const name = /routes\/(.*)\.tsx/.exec(key)[1];
  if (name === "_app" || name === LANDING) continue;
  const own = [...together(key)].filter((k) => !shell.has(k));
  rows.push([`page ${name}`, total(scripts(own)), LIMITS.route]);
}
const chart = Object.keys(manifest).find((k) => k.endsWith("chart/ChartCanvas.tsx"));
rows.push(["chart engine", total(scripts([...together(chart)].filter((k) => !landing.has(k)))), LIMITS.chart]);

let over = 0;
for (const [name, kb, limit] of rows) {
  const ok = kb < limit;
  if (!ok) over += 1;
  process.stdout.write(`${ok ? "ok  " : "OVER"} ${name.padEnd(32)} ${kb.toFixed(1).padStart(7)} kB of ${limit} kB gzipped\n`);
}
process.exitCode = over > 0 ? 1 : 0;
