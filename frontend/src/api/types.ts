/** Shapes of the answers, as the API contract states them. Money is an exact decimal string with its currency. */
import type { NodeType } from "@/lib/hierarchy";
import type { Money } from "@/lib/money";
import type { DayRange } from "@/lib/period";

export type { Money };

export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail?: string | null;
  instance?: string | null;
  trace_id?: string | null;
  errors?: { field: string; message: string }[];
}

export interface Session {
  user: { id: string; name: string };
  permissions: string[];
  csrf_token: string;
  version: string;
}

export interface Meta {
  as_of: string | null;
  data_through: string | null;
  partial_from: string | null;
  refreshed_at: string | null;
  cost_metric: string;
  currency: string;
  other_currencies: string[];
  scope_path: (string | { id: string; name: string })[];
  unallocated_amount: Money | null;
  ownership_version: string | number | null;
  restated: { source: string; billing_period: string; at: string; difference: Money }[];
  pending: { source: string; billing_period: string; since: string; hop: string }[];
  late_sources: { source: string; data_through: string | null }[];
  overlapping: { source: string; billing_period: string }[];
  warnings: string[];
  query_hash: string;
}

export interface Moved {
  cost: Money;
  previous_cost: Money | null;
  change: Money | null;
  change_percent: number | null;
  share_percent: number | null;
  series: string[];
}

export interface TeamRow extends Moved {
  team_id: string | null;
  team: string;
  business_unit_id: string | null;
  business_unit: string | null;
  business_group_id: string | null;
  business_group: string | null;
}

export interface NodeRow extends Moved {
  id: string | null;
  name: string;
  business_group_id?: string | null;
}

export interface CostByTeam {
  meta: Meta;
  days: number;
  range: DayRange | null;
  previous_range: DayRange | null;
  total: Money;
  previous_total: Money;
  change: Money;
  change_percent: number | null;
  teams: TeamRow[];
  groups: NodeRow[];
  units: NodeRow[];
}

export interface CostRow {
  keys: Record<string, string | null>;
  labels: Record<string, string>;
  cost: Money;
  previous_cost: Money | null;
  change: Money | null;
  change_percent: number | null;
  share_percent: number | null;
  series: string[];
}

export interface OtherRow {
  count: number;
  cost: Money;
  previous_cost: Money | null;
  series: string[];
}

export interface Costs {
  meta: Meta;
  range: DayRange | null;
  previous_range: DayRange | null;
  grain: string;
  group_by: string[];
  periods: string[];
  total: Money;
  previous_total: Money | null;
  change: Money | null;
  change_percent: number | null;
  series_total: string[];
  rows: CostRow[];
  other: OtherRow | null;
}

export interface Labelled {
  id: string;
  label: string;
}

export interface HierarchyNodeOut {
  id: string;
  name: string;
  type: NodeType;
  parent_id: string | null;
  owner_email?: string | null;
  cost_center?: string | null;
}

export interface Hierarchy {
  as_of: string | null;
  version: string | number | null;
  nodes: HierarchyNodeOut[];
}

export interface ResourceItem {
  ResourceId: string | null;
  ResourceType: string | null;
  ServiceName: string | null;
  SubAccountId: string | null;
  RegionId: string | null;
  x_TeamId: string | null;
  x_ServiceId: string | null;
  x_AttributionRuleId: string | null;
  key: string;
  cost: Money;
  previous_cost: Money | null;
}

export interface Resources {
  meta: Meta;
  items: ResourceItem[];
  next_cursor: string | null;
  total: number | null;
}

export interface Records {
  meta: Meta;
  columns: string[];
  items: Record<string, string | null>[];
  next_cursor: string | null;
}

export interface ReconciliationItem {
  source_id: string;
  source: string;
  billing_period: string;
  snapshot: string | number | null;
  /** complete, incomplete, pending or overlapping */
  status: string;
  pending_since: string | null;
  pending_hop: string | null;
  billed_basis: string | null;
  currency: string;
  counted: boolean;
  rows_read: number | null;
  rows_quarantined: number | null;
  rows_published: number | null;
  source_billed: string | null;
  quarantined_billed: string | null;
  raw_billed: string | null;
  enriched_billed: string | null;
  cockpit_billed: string | null;
  difference: string | null;
  first_difference_hop: string | null;
}

export interface Reconciliation {
  meta?: Meta;
  items: ReconciliationItem[];
  ok: boolean;
}

export interface Progress {
  files_done: number;
  files: number;
  rows: number;
  bytes_done: number;
  bytes: number;
  rows_per_s: number | null;
  eta_s: number | null;
}

export interface Run {
  id: string;
  job_id: string | null;
  source_id: string;
  /** Null when the source was removed. */
  source: string | null;
  billing_period: string;
  version: number | string | null;
  token: string | null;
  state: string;
  reason: string | null;
  started_at: string | null;
  finished_at: string | null;
  files: number | null;
  rows_read: number | null;
  rows_mapped: number | null;
  rows_folded: number | null;
  rows_added: number | null;
  rows_quarantined: number | null;
  rows_published: number | null;
  billed: Record<string, string> | null;
  quarantined_billed: Record<string, string> | null;
  billed_basis: string | null;
  restated: { previous_version?: number | string; difference?: Record<string, string> } | null;
  unknown_columns: { name?: string; non_null?: number }[];
  unused_columns?: { name?: string; non_null?: number | null }[];
  unknown_line_item_types: { type?: string; rows?: number }[];
  warnings: { kind?: string; count?: number; detail?: string | null }[];
}

export interface Job {
  id: string;
  state: "queued" | "running" | "done" | "failed";
  error: string | null;
  progress: Partial<Progress>;
}

export interface QuarantinedRow {
  file: string;
  line: number | null;
  reason: string;
  content: string | null;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total?: number | null;
}

export interface SourceOut {
  id: string;
  kind: string;
  name: string;
  location: string;
  state: "ok" | "failing" | "new" | "removed";
}

export interface DeadLetter {
  id: string;
  topic: string;
  key: string | null;
  kind: string | null;
  reason: string;
  first_failed_at: string;
  attempts: number;
}

export interface ServiceStatus {
  name: string;
  ready: boolean;
  reason: string | null;
}

export interface Status {
  version: string;
  services: ServiceStatus[];
}

export interface Token {
  id: string;
  name: string;
  last4: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
}

/** A page of the app under a name; `query` is its URL after the `?`. */
export interface SavedView {
  id: string;
  name: string;
  page: string;
  query: string;
  created_at: string;
}
export type NewView = Pick<SavedView, "name" | "page" | "query">;
