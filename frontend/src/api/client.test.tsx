import { HttpResponse, http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { at, json, problem, server } from "@/test/screen";
import { ApiError, api, setCsrfToken, take } from "./client";

beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("a write carries the CSRF token, a read does not", async () => {
  const seen: (string | null)[] = [];
  server.use(
    http.get(at("gateway/v1/tokens"), ({ request }) => (seen.push(request.headers.get("x-csrf-token")), json({ items: [] }))),
    http.post(at("gateway/v1/password"), ({ request }) => (seen.push(request.headers.get("x-csrf-token")), new HttpResponse(null, { status: 204 }))),
  );
  setCsrfToken("abc");
  await take(api.GET("/api/gateway/v1/tokens"));
  await take(api.POST("/api/gateway/v1/password", { body: { old_password: "a", new_password: "b" } }));
  expect(seen).toEqual([null, "abc"]);
});

test("filters are sent one by one", async () => {
  let query = "";
  server.use(http.get(at("cockpit/v1/costs"), ({ request }) => ((query = new URL(request.url).search), json({}))));
  await take(api.GET("/api/cockpit/v1/costs", { params: { query: { filter: ["a:in:b,c", "d:in:e"], scope: undefined } } }));
  expect(new URLSearchParams(query).getAll("filter")).toEqual(["a:in:b,c", "d:in:e"]);
});

test("problem JSON becomes an error with status, words and trace id", async () => {
  server.use(http.get(at("gateway/v1/tokens"), () => problem(503)));
  const error = await take(api.GET("/api/gateway/v1/tokens")).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 503, message: "The database did not answer.", problem: { trace_id: "trace-42" } });
});

test("an error that is not JSON still has a status, and no answer has words", async () => {
  server.use(http.get(at("gateway/v1/tokens"), () => new HttpResponse("<html>", { status: 502 })));
  await expect(take(api.GET("/api/gateway/v1/tokens"))).rejects.toMatchObject({ status: 502, message: "The server answered 502" });
  server.use(http.get(at("gateway/v1/tokens"), () => HttpResponse.error()));
  await expect(take(api.GET("/api/gateway/v1/tokens"))).rejects.toMatchObject({ status: 0, problem: { title: "The server could not be reached" } });
});

test("rejected fields are told by name", () => {
  const error = new ApiError({ title: "Not valid", status: 422, errors: [{ field: "name", message: "is taken" }] });
  expect(error.fields).toEqual({ name: "is taken" });
});
