/** The company of the browser tests as answers of MSW, for unit tests that need a whole page with sums that agree. */
import { HttpResponse, type JsonBodyType, http } from "msw";
import { answer } from "../../e2e/fixture/company-api.mjs";

interface Asked {
  method: string;
  path: string;
  body: unknown;
}

/** `mode`: a state of the company, see the fixture server; changes that are asked for are noted in `changes`. */
export const company = (mode = "", changes: Asked[] = []) =>
  http.all("*/api/*", async ({ request }) => {
    const url = new URL(request.url);
    const path = url.pathname.slice("/api/".length);
    const text = await request.text();
    const isText = /yaml|csv/.test(request.headers.get("content-type") ?? "");
    const body: unknown = isText ? text : text === "" ? {} : JSON.parse(text);
    if (request.method !== "GET") changes.push({ method: request.method, path, body });
    const found = answer(request.method, path, url.searchParams, mode, body, request.headers.get("if-match") ?? undefined);
    if (found.body === undefined) return new HttpResponse(null, { status: found.status });
    const { yaml } = found.body as { yaml?: string };
    return yaml === undefined ? HttpResponse.json(found.body as JsonBodyType, { status: found.status }) : HttpResponse.text(yaml, { headers: { "Content-Type": "application/yaml" } });
  });
