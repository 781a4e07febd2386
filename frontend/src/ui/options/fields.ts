/** The form of a connector or a cloud, made from the JSON schema of its options; and what is typed into it, made into options again. */

export interface Field {
  name: string;
  label: string;
  help: string;
  /** `json` is whatever a line of text cannot say: lists and objects, typed as JSON. */
  kind: "text" | "integer" | "number" | "boolean" | "choice" | "json";
  required: boolean;
  /** What may be chosen, as text; empty for other kinds. */
  choices: string[];
  /** What the form begins with: the schema's default as text. */
  initial: string;
  /** It goes in and never comes out; what is typed is taken as it is. */
  secret: boolean;
  /** It says how to get in, and may be changed later; so may every secret. */
  access: boolean;
}

export type Values = Record<string, string>;

interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  title?: string;
  anyOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  writeOnly?: boolean;
  "x-access"?: boolean;
  $defs?: Record<string, Schema>;
}

const WORDS: Record<string, string> = { url: "URL", arn: "ARN", sts: "STS", id: "ID", aws: "AWS" };
const KINDS: Record<string, Field["kind"]> = { string: "text", integer: "integer", number: "number", boolean: "boolean" };

/** A sentence begins with a capital; a name or an address stays as it is. */
const capital = (text: string): string => (/^[a-z]+(?: |$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text);
const labelOf = (name: string): string => capital(name.split("_").map((word) => WORDS[word] ?? word).join(" "));
const asText = (value: unknown): string => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

/** The part of a schema that says what a value is: past a reference, and past the null that makes it optional. */
function plain(schema: Schema, root: Schema): Schema {
  if (schema.$ref) return { ...plain(root.$defs?.[schema.$ref.replace("#/$defs/", "")] ?? {}, root), ...schema };
  const options = (schema.anyOf ?? schema.allOf ?? []).filter((s) => s.type !== "null");
  return options.length === 1 ? { ...plain(options[0] as Schema, root), ...schema } : schema;
}

function fieldOf(name: string, schema: Schema, root: Schema, required: boolean): Field {
  const found = plain(schema, root);
  const choices = (found.enum ?? (found.const === undefined ? [] : [found.const])).filter((v) => v !== null).map(asText);
  const kind = choices.length > 0 ? "choice" : (KINDS[found.type ?? ""] ?? "json");
  const secret = found.writeOnly === true;
  const access = secret || found["x-access"] === true;
  return { name, label: labelOf(name), help: capital(found.description ?? ""), kind, required, choices, initial: secret ? "" : asText(found.default), secret, access };
}

/** One field for each property, in the order of the schema: required ones first. */
export function fieldsOf(schema: unknown): Field[] {
  const root = (schema ?? {}) as Schema;
  const fields = Object.entries(root.properties ?? {}).map(([name, s]) => fieldOf(name, s, root, root.required?.includes(name) ?? false));
  return [...fields.filter((f) => f.required), ...fields.filter((f) => !f.required)];
}

export const initialValues = (fields: readonly Field[]): Values => Object.fromEntries(fields.map((f) => [f.name, f.initial]));

export interface Read {
  options: Record<string, unknown>;
  /** What is wrong, by name of the field; empty when all is well. */
  errors: Record<string, string>;
}

/** What was typed, in the types of the schema. What is empty or as it was at first is left out, so that the server's default counts. */
export function readValues(fields: readonly Field[], values: Values): Read {
  const read: Read = { options: {}, errors: {} };
  for (const field of fields) {
    const given = values[field.name] ?? "";
    const typed = field.secret ? given : given.trim();
    if (typed === "" && field.required) read.errors[field.name] = "Needed";
    if (typed === "" || (typed === field.initial && !field.required)) continue;
    const value = valueOf(field.kind, typed);
    if (value === undefined) read.errors[field.name] = WRONG[field.kind] ?? "Not understood";
    else read.options[field.name] = value;
  }
  return read;
}

const WRONG: Partial<Record<Field["kind"], string>> = { integer: "A whole number is expected", number: "A number is expected", json: "JSON is expected" };

/** Undefined for what is no value of this kind. */
function valueOf(kind: Field["kind"], typed: string): unknown {
  switch (kind) {
    case "integer":
      return /^[+-]?\d+$/.test(typed) ? Number(typed) : undefined;
    case "number":
      return Number.isFinite(Number(typed)) ? Number(typed) : undefined;
    case "boolean":
      return typed === "true";
    case "json":
      try {
        return JSON.parse(typed) as unknown;
      } catch {
        return undefined;
      }
    default:
      return typed;
  }
}

/** The server's refusals: by field where the form has it, the others as lines for the form as a whole. */
export function placeErrors(names: readonly string[], refused: Record<string, string>): { byField: Record<string, string>; others: string[] } {
  const byField: Record<string, string> = {};
  const others: string[] = [];
  for (const [path, message] of Object.entries(refused)) {
    const name = path.split(".").findLast((part) => names.includes(part));
    if (name) byField[name] = capital(message);
    else others.push(capital(message));
  }
  return { byField, others };
}
