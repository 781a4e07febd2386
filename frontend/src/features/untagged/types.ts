/** Shapes of the answers of compliance under the names that its pages use. All of them come from the API document. */
import type { components, operations } from "@/api/schema";
import type { Sent } from "@/api/types";

type Schemas = components["schemas"];

export type Requirement = Sent<Schemas["Requirement"]>;
export type PolicyOut = Sent<Schemas["PolicyOut"]>;
export type PolicySummary = Sent<Schemas["PolicySummary"]>;
export type PolicyTest = Sent<Schemas["PolicyTest"]>;
export type Violation = Sent<Schemas["Violation"]>;
export type Evidence = Sent<Schemas["Evidence"]>;
export type Candidate = Sent<Schemas["Candidate"]>;
export type FindingOut = Sent<Schemas["FindingOut"]>;
export type FindingState = FindingOut["state"];
export type FindingDetail = Sent<Schemas["FindingDetail"]>;
export type FindingList = Sent<Schemas["FindingList"]>;
export type FacetValue = Sent<Schemas["FacetValue"]>;
export type ScanOut = Sent<Schemas["ScanOut"]>;
export type CoverageLine = Sent<Schemas["CoverageLine"]>;
export type CoverageOut = Sent<Schemas["CoverageOut"]>;
export type Assign = Schemas["Assign"];
export type Exempt = Schemas["Exempt"];
export type InventoryIn = Sent<Schemas["InventoryIn"]>;
export type Access = Omit<Schemas["InventoryPatch"], "paused">;
export type InventoryOut = Sent<Schemas["InventoryOut"]>;
export type InventoryCheck = Sent<Schemas["InventoryCheck"]>;
export type InventoryStep = Sent<Schemas["InventoryStep"]>;
export type FindingsQuery = NonNullable<operations["compliance_list_findings"]["parameters"]["query"]>;
