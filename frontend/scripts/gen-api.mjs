/** Writes src/api/openapi.d.ts from the merged OpenAPI document: `npm run gen:api [FILE or URL]`. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const SCHEMA = fileURLToPath(new URL("../src/api/openapi.d.ts", import.meta.url));
const source = process.argv[2] ?? fileURLToPath(new URL("../../docs/reference/openapi.json", import.meta.url));

async function load(from) {
  if (!/^https?:/.test(from)) return JSON.parse(await readFile(from, "utf8"));
  const response = await fetch(from);
  if (!response.ok) throw new Error(`${from} answered ${response.status}`);
  return response.json();
}

async function generate(document) {
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  const text = astToString(await openapiTS(document));
  await writeFile(SCHEMA, `/** Written by \`npm run gen:api\`; do not edit. */\n${text}`);
}

try {
  await generate(await load(source));
} catch (error) {
  process.stderr.write(`gen:api from ${source}: ${error.message}\n`);
  process.exitCode = 1;
}
