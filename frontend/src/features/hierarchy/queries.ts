import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { OrgFormat } from "./formats";

export const DOCUMENT_PATH = "/api/attribution/v1/hierarchy/document";

/** The hierarchy as it is imported, with dates; what the cost pages group by is the cockpit's copy of it. */
export const orgQuery = (on: string | undefined) =>
  queryOptions({
    queryKey: ["org", on ?? ""],
    queryFn: ({ signal }) => take(api.GET("/api/attribution/v1/hierarchy", { params: { query: on ? { as_of: on } : {} }, signal })),
  });

export interface Sending {
  text: string;
  format: OrgFormat;
  /** The version that the person has seen; another one that is active by then is not overwritten. */
  version: number;
  dryRun: boolean;
}

const MEDIA: Record<OrgFormat, string> = { YAML: "application/yaml", CSV: "text/csv" };

export const sendOrg = ({ text, format, version, dryRun }: Sending) =>
  take(
    api.PUT("/api/attribution/v1/hierarchy", {
      params: { query: { dry_run: dryRun }, header: { "if-match": `"${version}"` } },
      headers: { "Content-Type": MEDIA[format] },
      body: text,
      bodySerializer: (body) => body,
    }),
  );
