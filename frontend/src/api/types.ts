/** Shapes of the answers under the names that the app uses. All of them come from the API document. */
import type { components } from "./schema";

type Schemas = components["schemas"];

/** A field with a default is optional in the document and yet always sent. */
export type Sent<B> = B extends (infer E)[] ? Sent<E>[] : B extends object ? { [K in keyof B]-?: Sent<Exclude<B[K], undefined>> } : B;

export type Money = Sent<Schemas["Money"]>;
export type Session = Sent<Schemas["Session"]>;
export type Meta = Sent<Schemas["Meta"]>;
export type TeamRow = Sent<Schemas["TeamCost"]>;
export type GroupRow = Sent<Schemas["GroupCost"]>;
export type UnitRow = Sent<Schemas["UnitCost"]>;
export type NodeRow = GroupRow | UnitRow;
export type CostByTeam = Sent<Schemas["CostByTeam"]>;
export type CostRow = Sent<Schemas["CostRow"]>;
export type Costs = Sent<Schemas["Costs"]>;
export type Labelled = Sent<Schemas["Labelled"]>;
export type ResourceItem = Sent<Schemas["Resource"]>;
export type ReconciliationItem = Sent<Schemas["ReconciliationItem"]>;
export type Run = Sent<Schemas["Run"]>;
export type Source = Sent<Schemas["Source"]>;
export type SourceKind = Sent<Schemas["Kind"]>;
export type CheckStep = Sent<Schemas["Step"]>;
export type Plan = Sent<Schemas["Plan"]>;
export type MetricPlan = Sent<Schemas["MetricPlan"]>;
export type Charge = Sent<Schemas["Charge"]>;
export type PlannedPeriod = Sent<Schemas["PlannedPeriod"]>;
export type DeadLetter = Sent<Schemas["WaitingLetter"]>;
export type ServiceStatus = Sent<Schemas["ServiceStatus"]>;
export type TimedRun = Sent<Schemas["TimedRun"]>;
export type Process = Sent<Schemas["Process"]>;
export type OwnSession = Sent<Schemas["OwnSession"]>;
export type Token = Sent<Schemas["Token"]>;
export type SavedView = Sent<Schemas["View"]>;
export type OrgNode = Sent<Schemas["NodeOut"]>;
export type Org = Sent<Schemas["HierarchyOut"]>;
export type OrgChange = Sent<Schemas["NodeChangeOut"]>;
export type OrgImport = Sent<Schemas["HierarchyChange"]>;
export type RuleSet = Sent<Schemas["RuleSetOut"]>;
export type RuleSetSummary = Sent<Schemas["RuleSetSummary"]>;
export type RulesMatched = Sent<Schemas["MatchedOut"]>;
export type RulesMoved = Sent<Schemas["MovedOut"]>;
export type Suggestions = Sent<Schemas["SuggestionsOut"]>;
export type Unmatched = Sent<Schemas["UnmatchedOut"]>;
export type Explanation = Sent<Schemas["ExplanationOut"]>;
export type NewView = Schemas["NewView"];

/** Who answers in the place of the server may say no more than what failed. */
export type Problem = Pick<Schemas["Problem"], "title" | "status"> & Partial<Schemas["Problem"]>;

/** What every figure that is compared with the time before has. */
export type Moved = Pick<TeamRow, "cost" | "previous_cost" | "change" | "change_percent" | "share_percent" | "series">;

/** How far a job is; the document leaves it open, and it is empty at first. */
export interface Progress {
  files_done: number;
  files: number;
  rows: number;
  bytes_done: number;
  bytes: number;
  rows_per_s: number | null;
  eta_s: number | null;
  /** Of sources of metrics, which have none of the others but rows. */
  metrics: number;
  metrics_done: number;
}
