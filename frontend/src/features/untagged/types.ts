/** Shapes of the answers of compliance, and its routes as the client knows them. */
import type { Money } from "@/api/types";

export type FindingState = "open" | "exempt" | "closed";

export interface Requirement {
  key: string;
  also: string[];
  /** Allowed ones, `teams` for those of the hierarchy, null for any. */
  values: string[] | "teams" | null;
  pattern: string | null;
  /** The resources it is asked of, by column; all when empty. */
  where: Record<string, string[]>;
}

/** Version 0: none is published, nothing is judged, and `document` is the one to begin with. */
export interface PolicyOut {
  version: number;
  document: string;
  required: Requirement[];
  untaggable_types: string[];
  untaggable_services: string[];
  published_at: string | null;
  published_by: string | null;
}

export interface PolicySummary {
  version: number;
  published_at: string;
  published_by: string;
  active: boolean;
}

export interface PolicyList {
  items: PolicySummary[];
}

export interface PolicyTest {
  findings_before: number;
  findings_after: number;
  cost_before: Money[];
  cost_after: Money[];
  by_key: Record<string, number>;
}

export interface Violation {
  key: string;
  verdict: "missing" | "empty" | "not allowed";
  found_key: string | null;
  found_value: string | null;
}

export interface Evidence {
  kind: string;
  strength: number;
  text: string;
}

export interface Candidate {
  team: string;
  team_name: string;
  confidence: number;
  evidence: Evidence[];
}

export interface Exemption {
  until: string;
  reason: string;
  by: string;
  at: string;
}

/** `cost_30d` is null for what the bill does not have (yet); `suggested_owner` where nobody is sure enough. */
export interface FindingOut {
  id: string;
  resource_id: string;
  resource_name: string | null;
  resource_type: string;
  service: string;
  account: string | null;
  account_name: string | null;
  region: string | null;
  missing_keys: string[];
  violations: Violation[];
  cost_30d: Money | null;
  first_seen: string;
  last_seen: string;
  seen_in: ("bill" | "cloud")[];
  owner: string | null;
  owner_name: string | null;
  suggested_owner: string | null;
  suggested_owner_name: string | null;
  confidence: number | null;
  evidence: Evidence[];
  state: FindingState;
  opened_at: string;
  closed_at: string | null;
  closed_because: string | null;
  exemption: Exemption | null;
}

export interface FindingDetail extends FindingOut {
  tags: Record<string, string>;
  candidates: Candidate[];
  /** Oldest first: {at, event, text}. */
  history: Record<string, unknown>[];
  /** The command that would tag it; null where no value can be proposed. */
  proposal: string | null;
}

export interface FacetValue {
  value: string | null;
  name: string | null;
  findings: number;
  cost_30d: string;
}

export interface ScanOut {
  state: "waiting" | "current" | "stale" | "scanning";
  why: string | null;
  scanned_at: string | null;
  duration_s: number | null;
  resources: number | null;
  data_through: string | null;
  policy_version: number;
  missing: string[];
}

export interface FindingsMeta {
  scan: ScanOut;
  currency: string | null;
  other_currencies: string[];
  range: { from: string; to: string } | null;
  filters: string[];
}

export interface FindingList {
  meta: FindingsMeta;
  items: FindingOut[];
  total: number;
  total_cost: Money | null;
  /** Dimension → its values under the other filters, the most expensive first. */
  facets: Record<string, FacetValue[]>;
  next_cursor: string | null;
}

export interface CoverageLine {
  kind: "compliant" | "violating" | "exempt" | "untaggable";
  why: string | null;
  cost: Money;
  resources: number;
}

/** The lines add up to `total`. `covered_percent`: compliant of what can be tagged, by cost. */
export interface CoverageOut {
  meta: FindingsMeta;
  total: Money | null;
  taggable: Money | null;
  covered_percent: number | null;
  lines: CoverageLine[];
}

export interface Exempt {
  ids: string[];
  until: string;
  reason: string;
}

export interface Ids {
  ids: string[];
}

export interface Changed {
  changed: number;
}

export interface InventoryIn {
  name: string;
  role_name: string | null;
  accounts: string[];
  regions: string[];
  partition: "aws" | "aws-cn" | "aws-us-gov";
  endpoint_url: string | null;
}

export interface InventoryStep {
  step: string;
  ok: boolean;
  detail: string;
}

export interface InventoryOut extends Omit<InventoryIn, "partition"> {
  id: string;
  partition: string;
  paused: boolean;
  state: "never" | "scanning" | "ok" | "partial" | "failed";
  last_scan_at: string | null;
  next_scan_at: string | null;
  resources: number | null;
  never_tagged: number | null;
  steps: InventoryStep[];
}

export interface InventoryList {
  items: InventoryOut[];
}

export interface InventoryCheck {
  ok: boolean;
  steps: InventoryStep[];
}

export interface FindingsQuery {
  state?: FindingState | undefined;
  missing?: string[] | undefined;
  service?: string[] | undefined;
  account?: string[] | undefined;
  region?: string[] | undefined;
  type?: string[] | undefined;
  team?: string[] | undefined;
  seen_in?: string[] | undefined;
  min_cost?: string | undefined;
  min_age_days?: number | undefined;
  q?: string | undefined;
  currency?: string | undefined;
  sort?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

type None = Record<never, never>;
interface Answer<A, P = None> {
  parameters: P;
  requestBody?: never;
  responses: { 200: { content: { "application/json": A } } };
}
interface Asked<A, B, P = None> {
  parameters: P;
  requestBody: { content: B };
  responses: { 200: { content: { "application/json": A } } };
}
type Json<B> = { "application/json": B };
type Yaml = { "application/yaml": string };
type ById = { path: { id: string } };

export interface CompliancePaths {
  "/api/compliance/v1/findings": { get: Answer<FindingList, { query?: FindingsQuery }> };
  "/api/compliance/v1/findings/{id}": { get: Answer<FindingDetail, ById> };
  "/api/compliance/v1/findings/exemptions": { post: Asked<Changed, Json<Exempt>> };
  "/api/compliance/v1/findings/exemptions/revoked": { post: Asked<Changed, Json<Ids>> };
  "/api/compliance/v1/coverage": { get: Answer<CoverageOut, { query?: { currency?: string | undefined } }> };
  "/api/compliance/v1/policies": { get: Answer<PolicyList> };
  "/api/compliance/v1/policies/active": { put: Asked<PolicyOut, Yaml, { header: { "if-match": string } }> };
  "/api/compliance/v1/policies/{version}": { get: Answer<PolicyOut, { path: { version: string } }> };
  "/api/compliance/v1/policies/test": { post: Asked<PolicyTest, Yaml> };
  "/api/compliance/v1/inventories": { get: Answer<InventoryList>; post: Asked<InventoryOut, Json<InventoryIn>> };
  "/api/compliance/v1/inventories/{id}": { patch: Asked<InventoryOut, Json<{ paused: boolean }>, ById>; delete: Answer<undefined, ById> };
  "/api/compliance/v1/inventories/{id}/scan": { post: Answer<InventoryOut, ById> };
  "/api/compliance/v1/inventory-checks": { post: Asked<InventoryCheck, Json<InventoryIn>> };
  "/api/compliance/v1/scan": { get: Answer<ScanOut>; post: Answer<ScanOut> };
}
