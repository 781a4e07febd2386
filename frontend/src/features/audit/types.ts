/** Shapes of the audit record, from the API document. */
import type { Sent } from "@/api/types";
import type { components, operations } from "@/api/schema";

type Schemas = components["schemas"];
export type MergedAudit = Sent<Schemas["MergedAudit"]>;
export type AuditEntry = MergedAudit["items"][number];
export type MissingService = Sent<Schemas["MissingService"]>;
export type ChainState = Sent<Schemas["ChainState"]>;
export type Vocabulary = Sent<Schemas["AuditVocabulary"]>;
export type AuditQuery = NonNullable<operations["gateway_list_audit"]["parameters"]["query"]>;
