import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fieldsOf, initialValues, placeErrors, readValues } from "./fields";

const optional = (type: string) => ({ anyOf: [{ type }, { type: "null" }], default: null });

const SCHEMA = {
  type: "object",
  required: ["location"],
  $defs: { Layout: { enum: ["hive", "flat"], type: "string", description: "how folders are named" } },
  properties: {
    region: { ...optional("string"), description: "AWS region of the bucket", title: "Region" },
    location: { type: "string", description: "s3://bucket/prefix, a folder, or a single file", minLength: 1 },
    endpoint_url: optional("string"),
    layout: { $ref: "#/$defs/Layout", default: "hive" },
    depth: { ...optional("integer"), default: 3 },
    share: optional("number"),
    strict: { type: "boolean", default: true },
    mode: { const: "pull" },
    columns: { type: "array", items: { type: "string" }, default: [] },
  },
};

const byName = Object.fromEntries(fieldsOf(SCHEMA).map((f) => [f.name, f]));

test("what is required comes first, everything else in the order of the schema", () => {
  expect(fieldsOf(SCHEMA).map((f) => f.name)).toEqual(["location", "region", "endpoint_url", "layout", "depth", "share", "strict", "mode", "columns"]);
});

test("each type gets the field that can hold it", () => {
  expect(Object.fromEntries(fieldsOf(SCHEMA).map((f) => [f.name, f.kind]))).toEqual({
    location: "text", region: "text", endpoint_url: "text", layout: "choice", depth: "integer", share: "number", strict: "boolean", mode: "choice", columns: "json",
  });
});

test("labels and help are written for people, defaults fill the form", () => {
  expect(byName.endpoint_url?.label).toBe("Endpoint URL");
  expect(byName.region?.help).toBe("AWS region of the bucket");
  expect(byName.location?.help).toBe("s3://bucket/prefix, a folder, or a single file");
  expect(byName.layout).toMatchObject({ help: "How folders are named", choices: ["hive", "flat"], initial: "hive", required: false });
  expect(initialValues(fieldsOf(SCHEMA))).toMatchObject({ location: "", region: "", depth: "3", strict: "true", columns: "[]" });
});

test("a schema that says nothing is a form without fields", () => {
  expect(fieldsOf(undefined)).toEqual([]);
  expect(fieldsOf({ type: "object" })).toEqual([]);
});

test("what is typed is read in its type, and what is left alone is left out", () => {
  const typed = { ...initialValues(fieldsOf(SCHEMA)), location: " s3://bucket ", depth: "5", share: "0.25", strict: "false", columns: '["a"]', layout: "flat" };
  expect(readValues(fieldsOf(SCHEMA), typed)).toEqual({
    options: { location: "s3://bucket", depth: 5, share: 0.25, strict: false, columns: ["a"], layout: "flat" },
    errors: {},
  });
});

test("what is missing or no value of its type is said at its field", () => {
  const { errors, options } = readValues(fieldsOf(SCHEMA), { depth: "2.5", share: "half", columns: "[a" });
  expect(errors).toEqual({ location: "Needed", depth: "A whole number is expected", share: "A number is expected", columns: "JSON is expected" });
  expect(options).toEqual({});
});

test("an untouched form sends nothing but what is required, whatever the defaults are", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (defaults) => {
      const types: Record<string, string> = { string: "string", number: "integer", boolean: "boolean" };
      const properties = Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, { type: types[typeof value], default: value }]));
      const fields = fieldsOf({ properties });
      return Object.keys(readValues(fields, initialValues(fields)).options).every((name) => typeof defaults[name] === "string");
    }),
  );
});

test("a secret is never prefilled, is taken as it was typed, and is told from what may stay in sight", () => {
  const properties = {
    token: { anyOf: [{ type: "string", format: "password", writeOnly: true }, { type: "null" }], default: "leaked" },
    profile: { ...optional("string"), "x-access": true },
    report: optional("string"),
  };
  const fields = fieldsOf({ properties });
  expect(fields.map((f) => [f.name, f.secret, f.access, f.initial])).toEqual([["token", true, true, ""], ["profile", false, true, ""], ["report", false, false, ""]]);
  expect(readValues(fields, { token: " as it is ", profile: " trimmed " }).options).toEqual({ token: " as it is ", profile: "trimmed" });
});

test("the server's refusal goes to its field, and what belongs to none is said for the form", () => {
  const refused = { "body.name": "string too short", role_arn: "expected a role ARN", options: "external_id has no effect without role_arn" };
  expect(placeErrors(["name", "location", "role_arn"], refused)).toEqual({
    byField: { name: "String too short", role_arn: "Expected a role ARN" },
    others: ["external_id has no effect without role_arn"],
  });
});
