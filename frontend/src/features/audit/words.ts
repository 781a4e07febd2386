/** What the address asks for, and what entries say, as people say it. */
import { dayText } from "@/lib/period";
import type { AuditSearch } from "@/lib/search";
import type { AuditEntry, AuditQuery, ChainState, Vocabulary } from "./types";

export const NO_FILTERS: Record<"service" | "action" | "who" | "since" | "until", undefined> = { service: undefined, action: undefined, who: undefined, since: undefined, until: undefined };

export const isNarrowed = (search: AuditSearch): boolean => Object.keys(NO_FILTERS).some((name) => search[name as keyof AuditSearch] !== undefined);

export function asked(search: AuditSearch): AuditQuery {
  return { service: search.service, action: search.action, subject: search.who, from: search.since, to: search.until };
}

export const entryId = (entry: Pick<AuditEntry, "service" | "seq">): string => `${entry.service}-${entry.seq}`;

/** Service and number of an entry that the address names. */
export function entryOf(id: string): { service: string; seq: number } {
  const at = id.lastIndexOf("-");
  return { service: id.slice(0, at), seq: Number(id.slice(at + 1)) };
}

/** With seconds: people ask what came before what. */
export const momentText = (instant: string): string => `${dayText(instant)} ${instant.slice(11, 19)} UTC`;

export const actionText = (action: string, known: Vocabulary | undefined): string => known?.actions.find((a) => a.name === action)?.title ?? action;

export const serviceText = (service: string, known: Vocabulary | undefined): string => known?.services.find((s) => s.name === service)?.title ?? service;

export const whoText = (entry: AuditEntry): string => entry.subject_name || entry.subject_id;

export const fromText = (entry: AuditEntry): string => entry.address ?? "the machine itself";

/** The name that an object had or has, where the entry says it. */
export function objectText(entry: AuditEntry): string {
  for (const said of [entry.after, entry.before]) {
    for (const name of ["source", "name"]) {
      const value = said?.[name];
      if (typeof value === "string" && value !== "") return value;
    }
  }
  return entry.object_id;
}

export interface Difference {
  field: string;
  before: string | null;
  after: string | null;
}

/** Field by field; null: the entry does not say. */
export function differences(entry: AuditEntry): Difference[] {
  const fields = [...new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})])];
  return fields.map((field) => ({ field, before: valueText(entry.before, field), after: valueText(entry.after, field) }));
}

function valueText(said: Record<string, unknown> | null, field: string): string | null {
  if (said === null || !Object.hasOwn(said, field)) return null;
  const value = said[field];
  if (value === null) return "nothing";
  if (value === "") return "(empty)";
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}

export function chainText(chain: ChainState): string {
  if (chain.broken) return `Broken at entry ${chain.broken.seq.toLocaleString()}: ${chain.broken.reason}`;
  if (chain.entries === 0) return "Verified: no entry yet";
  return `Verified up to entry ${chain.verified.toLocaleString()}`;
}
