/** Starts the fixture server on a free port, or signs in to the real instance that FINCC_E2E_URL names. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { request } from "@playwright/test";

const HERE = fileURLToPath(new URL(".", import.meta.url));

async function startFixture(): Promise<ChildProcess> {
  if (!existsSync(join(HERE, "../dist/index.html"))) throw new Error("frontend/dist is missing; run `npm run build` first");
  const child = spawn(process.execPath, [join(HERE, "fixture/server.mjs")], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, FIXTURE_PORT: "0" } });
  process.env.FINCC_E2E_BASE = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    child.once("exit", (code) => reject(new Error(`the fixture server stopped with ${code}`)));
  });
  return child;
}

/** A one-time link works once, so all tests share the session that it gave. */
async function signIn(base: string): Promise<void> {
  const { FINCC_E2E_SIGNIN: link, FINCC_E2E_USER: username, FINCC_E2E_PASSWORD: password } = process.env;
  const context = await request.newContext({ baseURL: base });
  if (link) await context.get(link);
  else if (username && password) await context.post("/api/gateway/v1/session", { data: { username, password } });
  else throw new Error("FINCC_E2E_URL needs FINCC_E2E_SIGNIN (a one-time link), or FINCC_E2E_USER and FINCC_E2E_PASSWORD");
  const session = await context.get("/api/gateway/v1/session");
  if (!session.ok()) throw new Error(`signing in to ${base} failed with ${session.status()}; a one-time link works only once`);
  process.env.FINCC_E2E_STATE = join(mkdtempSync(join(tmpdir(), "fincc-e2e-")), "state.json");
  await context.storageState({ path: process.env.FINCC_E2E_STATE });
  await context.dispose();
}

export default async function setup(): Promise<() => void> {
  const real = process.env.FINCC_E2E_URL;
  if (real) {
    process.env.FINCC_E2E_BASE = real;
    await signIn(real);
    return () => undefined;
  }
  const child = await startFixture();
  return () => void child.kill();
}
