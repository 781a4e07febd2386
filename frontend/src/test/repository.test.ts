/** Rules of this folder that a reader should not have to check by eye. */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { NAV } from "@/ui/shell/nav";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const GENERATED = /routeTree\.gen\.ts$|api\/schema\.d\.ts$/;

const files = ["src", "e2e", "scripts"]
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(?:tsx?|mjs|css)$/.test(entry.name))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
  .filter((path) => !GENERATED.test(path));

const text = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const imports = (path: string): string[] => [...text(path).matchAll(/from "([^"]+)"|import "([^"]+)"/g)].map((m) => m[1] ?? m[2] ?? "");

test("the lock file names no place to download from", () => {
  const lock = JSON.parse(text("package-lock.json")) as { packages: Record<string, { resolved?: string }> };
  expect(Object.entries(lock.packages).filter(([, p]) => p.resolved !== undefined)).toEqual([]);
});

test("no file is longer than 300 lines", () => {
  expect(files.filter((path) => text(path).split("\n").length > 301)).toEqual([]);
});

test("a feature never imports another feature", () => {
  const feature = (path: string): string | undefined => /features\/([^/]+)/.exec(path)?.[1];
  const bad = files.filter((path) => path.startsWith("src/features/")).flatMap((path) => imports(path).filter((i) => feature(i) && feature(i) !== feature(path)).map((i) => `${path} → ${i}`));
  expect(bad).toEqual([]);
});

test("lib is pure: no React, no screen, no network", () => {
  const bad = files
    .filter((path) => path.startsWith("src/lib/") && !path.includes(".test."))
    .flatMap((path) => imports(path).filter((i) => !/^\.\/|^zod\/mini$|^yaml$/.test(i)).map((i) => `${path} → ${i}`));
  expect(bad).toEqual([]);
});

test("only the table wrapper knows the table library, only what draws charts knows their engine", () => {
  const users = (name: RegExp): string[] => files.filter((path) => path.startsWith("src/") && imports(path).some((i) => name.test(i)));
  expect(users(/^@tanstack\/react-(?:table|virtual)$/)).toEqual(["src/ui/DataTable.tsx"]);
  expect(users(/^echarts/).sort()).toEqual(["src/ui/chart/ChartCanvas.tsx", "src/ui/chart/option.ts", "src/ui/chart/picture.ts"]);
});

test("the fixture company never reaches the bundle", () => {
  expect(files.filter((path) => path.startsWith("src/") && !/\.test\.|src\/test\//.test(path) && imports(path).some((i) => /e2e|\/test\/|msw/.test(i)))).toEqual([]);
});

test("every entry of the menu is a page that exists", () => {
  const routes = files.filter((path) => path.startsWith("src/routes/"));
  for (const item of NAV.flatMap((group) => [...group.items])) {
    expect(routes).toContain(`src/routes/_app${item.to === "/" ? ".index" : item.to.replaceAll("/", ".")}.tsx`);
  }
});
