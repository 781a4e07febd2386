import { expect, test } from "vitest";
import { isolate } from "./isolate";

test.each(["Payments", "🚀 rocket", "決済", "=cmd()", ""])("%s stays as it is", (text) => expect(isolate(text)).toBe(text));

test.each(["צוות", "فريق", "team צוות 7", "\u202eleft"])("%s is kept to itself", (text) => expect(isolate(text)).toBe(`\u2068${text}\u2069`));
