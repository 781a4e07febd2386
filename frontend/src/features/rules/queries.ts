import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { RulesMoved } from "@/api/types";
import type { Desk } from "@/ui/documents/useTrial";

export const activeQuery = queryOptions({
  queryKey: ["rules", "active"],
  queryFn: ({ signal }) => take(api.GET("/api/attribution/v1/rule-sets/{version}", { params: { path: { version: "active" } }, signal })),
});

export const versionsQuery = queryOptions({
  queryKey: ["rules", "versions"],
  queryFn: ({ signal }) => take(api.GET("/api/attribution/v1/rule-sets", { signal })),
});

export const versionQuery = (version: string) =>
  queryOptions({
    queryKey: ["rules", "version", version],
    queryFn: ({ signal }) => take(api.GET("/api/attribution/v1/rule-sets/{version}", { params: { path: { version } }, signal })),
    staleTime: Infinity,
  });

/** What each published rule decides; asked for apart, because it weighs every attribution key. */
export const matchedQuery = queryOptions({
  queryKey: ["rules", "matched"],
  queryFn: ({ signal }) => take(api.GET("/api/attribution/v1/rule-sets/active/matched", { signal })),
  staleTime: 5 * 60_000,
});

export const catalogQuery = queryOptions({
  queryKey: ["catalog"],
  queryFn: ({ signal }) => take(api.GET("/api/attribution/v1/catalog", { signal })),
  staleTime: 5 * 60_000,
});

export const explanationQuery = (key: string | undefined) =>
  queryOptions({
    queryKey: ["rules", "explanation", key],
    queryFn: ({ signal }) => take(api.GET("/api/attribution/v1/explanations/{key}", { params: { path: { key: key ?? "" } }, signal })),
    enabled: key !== undefined,
  });

const AS_YAML = { headers: { "Content-Type": "application/yaml" }, bodySerializer: (text: string) => text };

export const testRules = (text: string) => take(api.POST("/api/attribution/v1/rule-sets/test", { ...AS_YAML, params: { query: {} }, body: text }));

export const publishRules = ({ text, base }: { text: string; base: number }) =>
  take(api.PUT("/api/attribution/v1/rule-sets/active", { ...AS_YAML, params: { query: {}, header: { "if-match": `"${base}"` } }, body: text }));

export const RULES_DESK: Desk<RulesMoved> = {
  test: testRules,
  publish: publishRules,
  newest: (client) => client.fetchQuery({ ...activeQuery, staleTime: 0 }),
  refresh: (client) => client.invalidateQueries({ queryKey: ["rules"] }),
  meanwhile: "Somebody has published other rules since you began to change these.",
};

/** What nobody owns, the largest groups, and whose they may be. */
export const suggestionsQuery = queryOptions({
  queryKey: ["rules", "suggestions"],
  queryFn: ({ signal }) => take(api.GET("/api/attribution/v1/suggestions", { params: { query: { limit: 200 } }, signal })),
  staleTime: 60_000,
});

/** Publishes the active rules with one more for this group. */
export const acceptSuggestion = (body: { column: string; value: string; team: string }) =>
  take(api.POST("/api/attribution/v1/suggestions/accepted", { params: { query: {} }, body }));
