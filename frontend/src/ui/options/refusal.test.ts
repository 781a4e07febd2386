import { expect, test } from "vitest";
import { ApiError } from "@/api/client";
import { refusalOf } from "./refusal";

const refused = (status: number, errors?: { field: string; message: string }[]): ApiError =>
  new ApiError({ type: "urn:fincc:problem:invalid", title: "Invalid", status, detail: "all of it is wrong", errors });

const NAMES = ["name", "accounts"];

test("refusals of the server stand at their field, the others above the form", () => {
  const error = refused(422, [{ field: "body.accounts.0", message: "no account" }, { field: "", message: "all wrong" }]);
  expect(refusalOf(error, NAMES)).toEqual({ byField: { accounts: "No account" }, others: ["All wrong"] });
});

test("a refusal without fields, and what is none of the server's, is said for the form", () => {
  expect(refusalOf(refused(422), NAMES)).toEqual({ byField: {}, others: ["all of it is wrong"] });
  expect(refusalOf(new TypeError("no connection"), NAMES)).toEqual({ byField: {}, others: ["no connection"] });
});

test("a name that is taken is said at the name, where there is one", () => {
  expect(refusalOf(refused(409), NAMES)).toEqual({ byField: { name: "all of it is wrong" }, others: [] });
  expect(refusalOf(refused(409), ["profile"])).toEqual({ byField: {}, others: ["all of it is wrong"] });
});
