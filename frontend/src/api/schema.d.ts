/** Paths of the merged API in the form that `npm run gen:api` writes from the gateway's OpenAPI document. */
import type * as T from "./types";

type Answer<Body, Code extends number = 200> = { [K in Code]: { content: { "application/json": Body } } } & {
  default: { content: { "application/problem+json": T.Problem } };
};
type Empty = { 204: { content?: never } } & { default: { content: { "application/problem+json": T.Problem } } };
type NoPath = { path?: never };
type ById = { path: { id: string } };
type Get<Body, Query = Record<never, never>, Path = NoPath> = {
  parameters: { query?: Query } & Path;
  responses: Answer<Body>;
};
type Send<Input, Responses, Path = NoPath> = {
  parameters: Path;
  requestBody: { content: { "application/json": Input } };
  responses: Responses;
};
type Bare<Responses, Path = NoPath> = { parameters: Path; responses: Responses };

type Cost = { metric?: string; currency?: string; scope?: string; filter?: string[] };
type Window = { from?: string; to?: string };
type Cursor = { limit?: number; cursor?: string };
type Letters = { get: Get<T.Page<T.DeadLetter>, Cursor> };
type Replay = { post: Bare<Answer<unknown, 202>, ById> };

export interface paths {
  "/api/gateway/v1/session": {
    get: Get<T.Session>;
    post: Send<{ username: string; password: string }, Answer<T.Session>>;
    delete: Bare<Empty>;
  };
  "/api/gateway/v1/password": { post: Send<{ old_password: string; new_password: string }, Empty> };
  "/api/gateway/v1/tokens": {
    get: Get<T.Page<T.Token>>;
    post: Send<{ name: string; expires_in_days?: number }, Answer<T.Token & { token: string }, 200 | 201>>;
  };
  "/api/gateway/v1/tokens/{id}": { delete: Bare<Empty, ById> };
  "/api/gateway/v1/views": { get: Get<{ items: T.SavedView[] }>; post: Send<T.NewView, Answer<T.SavedView, 201>> };
  "/api/gateway/v1/views/{id}": { patch: Send<{ name: string }, Answer<T.SavedView>, ById>; delete: Bare<Empty, ById> };
  "/api/gateway/v1/status": { get: Get<T.Status> };
  "/api/cockpit/v1/cost-by-team": {
    get: Get<T.CostByTeam, Cost & { days?: number; as_of?: string; comparison?: "days" | "month" }>;
  };
  "/api/cockpit/v1/costs": {
    get: Get<
      T.Costs,
      Cost & Window & { group_by?: string; grain?: string; compare?: "previous" | "none"; top?: number; sort?: string }
    >;
  };
  "/api/cockpit/v1/dimensions": { get: Get<{ items: T.Labelled[] }> };
  "/api/cockpit/v1/dimensions/values": {
    get: Get<{ items: T.Labelled[] }, { dimension: string; q?: string; limit?: number }>;
  };
  "/api/cockpit/v1/hierarchy": { get: Get<T.Hierarchy> };
  "/api/cockpit/v1/resources": { get: Get<T.Resources, Cost & Window & Cursor> };
  "/api/cockpit/v1/records": { get: Get<T.Records, Cost & Window & Cursor & { ResourceId?: string; key?: string }> };
  "/api/cockpit/v1/periods": { get: Get<{ items: { billing_period: string }[] }> };
  "/api/cockpit/v1/reconciliation": { get: Get<T.Reconciliation> };
  "/api/cockpit/v1/dead-letters": Letters;
  "/api/cockpit/v1/dead-letters/{id}/replay": Replay;
  "/api/ingestion/v1/sources": { get: Get<{ items: T.SourceOut[] }> };
  "/api/ingestion/v1/runs": { get: Get<T.Page<T.Run>, Cursor & { source?: string; state?: string }> };
  "/api/ingestion/v1/jobs/{id}": { get: Get<T.Job, Record<never, never>, ById> };
  "/api/ingestion/v1/runs/{id}": { get: Get<T.Run, Record<never, never>, ById> };
  "/api/ingestion/v1/runs/{id}/retry": { post: Bare<Answer<{ job_id: string }, 202>, ById> };
  "/api/ingestion/v1/runs/{id}/quarantine": { get: Get<T.Page<T.QuarantinedRow>, Cursor, ById> };
  "/api/ingestion/v1/dead-letters": Letters;
  "/api/ingestion/v1/dead-letters/{id}/replay": Replay;
  "/api/attribution/v1/dead-letters": Letters;
  "/api/attribution/v1/dead-letters/{id}/replay": Replay;
}
