/** What is typed for a cloud, made into what the server takes; and how its state is said. */
import { NO_DATA } from "@/lib/money";
import { instantText } from "@/lib/period";
import type { StatusTone } from "@/ui/StatusWord";
import { fieldsOf, initialValues } from "@/ui/options/fields";
import type { Access, InventoryIn, InventoryOut } from "./types";

const open = (description: string) => ({ type: "string", description, "x-access": true });
const secret = (description: string) => ({ type: "string", description, writeOnly: true });

/** What accounts are entered with; without any of it, what the service itself has. */
const PROPERTIES: Record<keyof Access, object> = {
  access_key_id: open("access key of its own, instead of a profile or what the service has"),
  secret_access_key: secret("secret of that access key"),
  session_token: secret("where the access key is a temporary one"),
  profile: open("profile in the AWS configuration files of the machine where this runs"),
  external_id: secret("what the role’s trust policy asks for"),
};
export const ACCESS = fieldsOf({ properties: PROPERTIES });
const NO_ACCESS = initialValues(ACCESS) as Record<keyof Access, string>;

export interface Typed extends Record<keyof Access, string> {
  name: string;
  role_name: string;
  accounts: string;
  regions: string;
  partition: InventoryIn["partition"];
  endpoint_url: string;
}

export const NOTHING_TYPED: Typed = { name: "", role_name: "", accounts: "", regions: "", partition: "aws", endpoint_url: "", ...NO_ACCESS };

export const PARTITIONS: Record<InventoryIn["partition"], string> = { aws: "AWS", "aws-cn": "AWS China", "aws-us-gov": "AWS GovCloud (US)" };

const words = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter((w) => w !== ""))];

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/;
const ROLE = /^[\w+=,.@/-]+$/;
const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

type Faults = Partial<Record<keyof Typed, string>>;

/** The form's own checks spare a question; the server checks again. */
export function readInventory(typed: Typed): { inventory: InventoryIn; faults: Faults } {
  const [accounts, regions] = [words(typed.accounts), words(typed.regions)];
  const inventory: InventoryIn = {
    name: typed.name.trim(),
    role_name: typed.role_name.trim() || null,
    accounts,
    regions,
    partition: typed.partition,
    endpoint_url: typed.endpoint_url.trim() || null,
    access_key_id: typed.access_key_id.trim() || null,
    profile: typed.profile.trim() || null,
    secret_access_key: typed.secret_access_key || null,
    session_token: typed.session_token || null,
    external_id: typed.external_id || null,
  };
  const faults: Faults = {};
  const [badAccount, badRegion] = [accounts.find((a) => !ACCOUNT.test(a)), regions.find((r) => !REGION.test(r))];
  if (inventory.name === "") faults.name = "Needed";
  else if (!NAME.test(inventory.name)) faults.name = "Letters, digits, spaces and . _ - only, with a letter or digit first";
  if (inventory.role_name !== null && !ROLE.test(inventory.role_name)) faults.role_name = "The name of the role is expected, not its ARN";
  if (badAccount !== undefined) faults.accounts = `“${badAccount}” is no account: twelve digits are expected`;
  if (badRegion !== undefined) faults.regions = `“${badRegion}” is no region, like eu-central-1`;
  return { inventory, faults };
}

export function stateOf(i: InventoryOut): { tone: StatusTone; word: string } {
  const paused = i.paused ? ", paused" : "";
  switch (i.state) {
    case "scanning":
      return { tone: "idle", word: "Scanning" };
    case "never":
      return { tone: "idle", word: `Never scanned${paused}` };
    case "ok":
      return { tone: "ok", word: `Ok${paused}` };
    case "partial":
      return { tone: "warn", word: `In part${paused}` };
    case "failed":
      return { tone: "error", word: `Failed${paused}` };
  }
}

/** `now` in milliseconds: what is due by then begins as soon as there is time. */
export function nextText(i: InventoryOut, now: number): string {
  if (i.next_scan_at === null) return i.paused ? "paused" : NO_DATA;
  return Date.parse(i.next_scan_at) <= now ? "due" : instantText(i.next_scan_at);
}
