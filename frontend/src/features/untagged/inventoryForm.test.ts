import { expect, test } from "vitest";
import { ACCESS, NOTHING_TYPED, nextText, readInventory, stateOf } from "./inventoryForm";
import type { InventoryOut } from "./types";

test("what is typed becomes lists without doubles, and nothing where nothing was typed", () => {
  const { inventory, faults } = readInventory({ ...NOTHING_TYPED, name: " Retail ", accounts: "210000000001, 210000000002\n210000000001", regions: "eu-central-1;us-gov-east-1" });
  expect(faults).toEqual({});
  expect(inventory).toEqual({ name: "Retail", role_name: null, accounts: ["210000000001", "210000000002"], regions: ["eu-central-1", "us-gov-east-1"], partition: "aws", endpoint_url: null, access_key_id: null, profile: null, secret_access_key: null, session_token: null, external_id: null });
});

test.each([
  [{}, { name: "Needed" }],
  [{ name: "-x" }, { name: expect.stringMatching(/first/) }],
  [{ name: "x", role_name: "arn:aws:iam::1:role/x" }, { role_name: expect.stringMatching(/not its ARN/) }],
  [{ name: "x", accounts: "12" }, { accounts: "“12” is no account: twelve digits are expected" }],
  [{ name: "x", regions: "Frankfurt" }, { regions: expect.stringMatching(/no region/) }],
])("%j is refused by field", (typed, faults) => {
  expect(readInventory({ ...NOTHING_TYPED, ...typed }).faults).toEqual(faults);
});

test("of what is typed to enter with, a secret is taken as it is", () => {
  const { inventory } = readInventory({ ...NOTHING_TYPED, name: "x", access_key_id: " AKIA ", secret_access_key: " hush ", external_id: "acme" });
  expect(inventory).toMatchObject({ access_key_id: "AKIA", secret_access_key: " hush ", external_id: "acme", session_token: null, profile: null });
  expect(ACCESS.filter((f) => f.secret).map((f) => f.name)).toEqual(["secret_access_key", "session_token", "external_id"]);
});

test("a state says when it is paused, and nothing is due then", () => {
  const inventory = { state: "failed", paused: true, next_scan_at: null } as InventoryOut;
  expect(stateOf(inventory)).toEqual({ tone: "error", word: "Failed, paused" });
  const next = { ...inventory, paused: false, next_scan_at: "2026-11-25T05:10:00Z" };
  expect(nextText(inventory, 0)).toBe("paused");
  expect(nextText(next, 0)).toBe("25 Nov 2026 05:10 UTC");
  expect(nextText(next, Date.parse("2026-11-25T05:10:00Z"))).toBe("due");
  expect((["never", "scanning", "ok", "partial"] as const).map((state) => stateOf({ ...inventory, paused: false, state }).word)).toEqual(["Never scanned", "Scanning", "Ok", "In part"]);
});
