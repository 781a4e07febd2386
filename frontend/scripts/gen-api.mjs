/** Writes src/api/schema.d.ts from docs/reference/openapi.json: `npm run gen:api`. With `--check` it writes nothing. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const SCHEMA = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));
const DOCUMENT = fileURLToPath(new URL("../../docs/reference/openapi.json", import.meta.url));

// A field with a default is optional in the document and yet always sent.
const tree = await openapiTS(JSON.parse(await readFile(DOCUMENT, "utf8")), { defaultNonNullable: true });
const text = `/** Written by \`make gen\`; do not edit. */\n${astToString(tree)}`;
const isFresh = text === (await readFile(SCHEMA, "utf8").catch(() => ""));
if (!isFresh && process.argv.includes("--check")) {
  process.stderr.write("gen: frontend/src/api/schema.d.ts is stale: run `make gen`\n");
  process.exitCode = 1;
} else if (!isFresh) await writeFile(SCHEMA, text);
