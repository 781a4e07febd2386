import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FINDING_FACETS, type UntaggedSearch, readSearch, untaggedShape } from "@/lib/search";
import { parseSearch, stringifySearch } from "@/lib/url";
import { NONE, filterWords, findingsParams, toggled } from "./filters";

const FACETS = { account: [{ value: "210000000001", name: "Card issuing", findings: 3, cost_30d: "1.00" }], region: [{ value: null, name: null, findings: 1, cost_30d: "0.00" }] };

test("the address asks the server the same", () => {
  const search: UntaggedSearch = { missing: ["team"], region: ["eu-west-1"], team: ["unknown"], min: "12.50", age: "30", cur: "EUR", sort: "-age" };
  expect(findingsParams(search)).toEqual({ state: "open", missing: ["team"], region: ["eu-west-1"], team: ["unknown"], min_cost: "12.50", min_age_days: 30, currency: "EUR", sort: "-age" });
  expect(findingsParams({ state: "exempt" })).toEqual({ state: "exempt", sort: "-cost" });
});

test("every choice survives the address", () => {
  const values = fc.option(fc.uniqueArray(fc.stringMatching(/^[\w .:é&=-]{1,20}$/).filter((v) => v.trim() !== ""), { minLength: 1, maxLength: 3 }), { nil: undefined });
  const facets = fc.record(Object.fromEntries(FINDING_FACETS.filter((f) => f !== "seen_in").map((f) => [f, values])));
  fc.assert(fc.property(facets, (search) => {
    const read = readSearch(untaggedShape, parseSearch(stringifySearch(search)));
    expect(read).toEqual({ search: Object.fromEntries(Object.entries(search).filter(([, v]) => v !== undefined)), dropped: [] });
  }), { seed: 3 });
});

test.each([["min", "-1"], ["min", "1e9"], ["age", "0"], ["sort", "name"], ["state", "open"], ["seen_in", "moon"]])("%s=%s is left out and named", (name, value) => {
  expect(readSearch(untaggedShape, { [name]: value })).toEqual({ search: {}, dropped: [name] });
});

test("what has no value is asked for, said, and kept in the address", () => {
  const search: UntaggedSearch = { region: [NONE, "eu-west-1"], account: [NONE] };
  expect(stringifySearch(search)).toBe("?region=&region=eu-west-1&account=");
  expect(readSearch(untaggedShape, parseSearch(stringifySearch(search)))).toEqual({ search, dropped: [] });
  expect(findingsParams(search)).toMatchObject({ region: ["", "eu-west-1"], account: [""] });
  expect(filterWords(search, FACETS).map((w) => w.words)).toEqual(["Account: (none)", "Region: (none)", "Region: eu-west-1"]);
});

test("choosing a value twice takes it away", () => {
  expect(toggled(undefined, "a")).toEqual(["a"]);
  expect(toggled(["a"], "b")).toEqual(["a", "b"]);
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
  expect(toggled(["a"], "a")).toBeUndefined();
});

test("each filter says what it is by name and drops only itself", () => {
  const words = filterWords({ account: ["210000000001"], region: ["eu-west-1"], seen_in: ["bill"], min: "5", age: "30", q: "db" }, FACETS);
  expect(words.map((w) => w.words)).toEqual(["Account: Card issuing", "Region: eu-west-1", "Seen in: the bill only", "At least 5 in 30 days", "At least 30 days old", "Name or id with “db”"]);
  expect(words[0]?.without).toEqual({ account: undefined });
  expect(words[3]?.without).toEqual({ min: undefined });
});
