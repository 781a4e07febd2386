/** The one way to the API: same origin, session cookie, CSRF header on writes, problem JSON turned into `ApiError`. */
import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./schema";
import type { Problem, Sent } from "./types";

export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ApiError";
    this.status = problem.status;
    this.problem = problem;
  }

  /** Message of each rejected field, for forms. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((e) => [e.field, e.message]));
  }
}

let csrfToken = "";

/** Remembers the token of the current session; the server gives a new one at each sign-in. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken) request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
};

export const api = createClient<paths, "application/json">({
  baseUrl: typeof window === "undefined" ? "" : window.location.origin,
  credentials: "same-origin",
  headers: { Accept: "application/json" },
  fetch: (request) => globalThis.fetch(request),
});
api.use(csrf);

function problemOf(error: unknown, response: Response): Problem {
  if (typeof error === "object" && error !== null && "title" in error) return { ...(error as Problem), status: response.status };
  const trace = response.headers.get("x-trace-id");
  return { title: `The server answered ${response.status}`, status: response.status, ...(trace ? { trace_id: trace } : {}) };
}

/** Body of a successful answer; throws `ApiError` for a refusal and for a server that cannot be reached. */
export async function take<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<Sent<T>> {
  let result: { data?: T; error?: unknown; response: Response };
  try {
    result = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    const detail = "No answer came back. Check that the server runs and that you are online.";
    throw new ApiError({ title: "The server could not be reached", status: 0, detail });
  }
  if (!result.response.ok) throw new ApiError(problemOf(result.error, result.response));
  return result.data as Sent<T>;
}
