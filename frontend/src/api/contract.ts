/** Compiles only while what the screen reads is what the API document promises. No code comes out of it. */
import type { paths as Served } from "./openapi";
import type * as T from "./types";

type Body<P extends keyof Served> = Served[P] extends { get: { responses: { 200: { content: { "application/json": infer B } } } } } ? B : never;

/** A field with a default is optional in the document and yet always sent. */
type Sent<B> = B extends (infer E)[] ? Sent<E>[] : B extends object ? { [K in keyof B]-?: Sent<Exclude<B[K], undefined>> } : B;

/** Every part that we read is there in the answer, with a type that we know how to show. */
type Reads<Ours, Theirs extends Ours> = [Ours, Theirs];

export type Contract = [
  Reads<T.Session, Sent<Body<"/api/gateway/v1/session">>>,
  Reads<T.CostByTeam, Sent<Body<"/api/cockpit/v1/cost-by-team">>>,
  Reads<T.Costs, Sent<Body<"/api/cockpit/v1/costs">>>,
  Reads<T.Resources, Sent<Body<"/api/cockpit/v1/resources">>>,
  Reads<T.Records, Sent<Body<"/api/cockpit/v1/records">>>,
  Reads<{ items: T.Labelled[] }, Sent<Body<"/api/cockpit/v1/dimensions">>>,
  Reads<{ items: T.Labelled[] }, Sent<Body<"/api/cockpit/v1/dimensions/values">>>,
  Reads<T.Hierarchy, Sent<Body<"/api/cockpit/v1/hierarchy">>>,
  Reads<T.Reconciliation, Sent<Body<"/api/cockpit/v1/reconciliation">>>,
  Reads<T.Page<T.Run>, Sent<Body<"/api/ingestion/v1/runs">>>,
  Reads<T.Run, Sent<Body<"/api/ingestion/v1/runs/{run_id}">>>,
  Reads<T.Page<T.QuarantinedRow>, Sent<Body<"/api/ingestion/v1/runs/{run_id}/quarantine">>>,
  Reads<{ items: T.SourceOut[] }, Sent<Body<"/api/ingestion/v1/sources">>>,
  Reads<T.Status, Sent<Body<"/api/gateway/v1/status">>>,
  Reads<{ items: T.SavedView[] }, Sent<Body<"/api/gateway/v1/views">>>,
  Reads<{ items: T.Token[] }, Sent<Body<"/api/gateway/v1/tokens">>>,
];
