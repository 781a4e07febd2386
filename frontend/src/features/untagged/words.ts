/** How findings, coverage and scans are said in words. */
import { compactMoney, plainPercent } from "@/lib/money";
import { dayText, instantText } from "@/lib/period";
import type { CoverageLine, CoverageOut, FindingOut, ScanOut, Violation } from "./types";

/** The part of an id that people read: the last of an ARN, else the whole. */
export const nameOf = (f: FindingOut): string => f.resource_name ?? f.resource_id.split(/[/:]/).findLast((part) => part !== "") ?? f.resource_id;

export function violationText(v: Violation): string {
  const key = v.found_key !== null && v.found_key !== v.key ? `${v.key} (as ${v.found_key})` : v.key;
  if (v.verdict === "missing") return `${v.key} is missing`;
  return v.verdict === "empty" ? `${key} is empty` : `${key} is “${v.found_value ?? ""}”, which is not allowed`;
}

/** Below this a guess is no answer: it is called unknown and fills in nothing. */
const SURE = 0.6;

export interface OwnerWords {
  text: string;
  /** How it is known; null where the attribution rules say so, or nobody knows. */
  note: string | null;
  isKnown: boolean;
}

export const percentText = (part: number): string => `${Math.round(part * 100)} %`;

export function ownerOf(f: FindingOut): OwnerWords {
  if (f.owner !== null) return { text: f.owner_name ?? f.owner, note: null, isKnown: true };
  if (f.assignment !== null) return { text: f.assignment.team_name, note: `assigned by ${f.assignment.by}`, isKnown: true };
  const suggested = suggestedOwner(f);
  if (suggested === null) return { text: "unknown", note: null, isKnown: false };
  return { text: `perhaps ${f.suggested_owner_name ?? suggested}`, note: `${percentText(f.confidence ?? 0)} sure`, isKnown: true };
}

/** Who may be filled in unasked. An assignment hides how sure the suggestion was. */
export function suggestedOwner(f: FindingOut): string | null {
  return f.suggested_owner !== null && (f.confidence ?? 0) >= SURE ? f.suggested_owner : null;
}

export function ownerText(f: FindingOut): string {
  const { text, note } = ownerOf(f);
  return note === null ? text : `${text}, ${note}`;
}

/** An event of the history, with what the server says of it. */
export function eventText(event: string, said: string): string {
  const word = event.charAt(0).toUpperCase() + event.slice(1);
  return said === "" ? word : `${word}: ${said}`;
}

const KIND: Record<CoverageLine["kind"], string> = { compliant: "Tagged as the policy asks", violating: "Lacks a tag", exempt: "Exempt", untaggable: "Cannot be tagged" };

export const lineText = (line: CoverageLine): string => (line.why === null ? KIND[line.kind] : `${KIND[line.kind]}: ${line.why}`);

export function coverageSentence({ covered_percent, lines }: CoverageOut): string {
  const violating = lines.find((l) => l.kind === "violating");
  if (covered_percent === null) return "Nothing of the last 30 days can be tagged.";
  const rest = violating && Number(violating.cost.amount) !== 0 ? `; ${compactMoney(violating.cost)} lacks a tag` : ", and nothing lacks a tag";
  return `${plainPercent(covered_percent)} of the cost of 30 days that can be tagged is tagged as the policy asks${rest}.`;
}

export function scanText(scan: ScanOut): string {
  if (scan.scanned_at === null) return "Not scanned yet.";
  const bill = scan.data_through === null ? "no bill yet" : `bill through ${dayText(scan.data_through)}`;
  return `Scanned ${instantText(scan.scanned_at)}, ${(scan.resources ?? 0).toLocaleString()} resources, ${bill}, policy version ${scan.policy_version}.`;
}

export const countText = (n: number, one: string, many: string): string => `${n.toLocaleString()} ${n === 1 ? one : many}`;
