/** What the server refuses of a form, where the form can say it. */
import { ApiError } from "@/api/client";
import { placeErrors } from "./fields";

export interface Refusal {
  byField: Partial<Record<string, string>>;
  /** Said for the form as a whole. */
  others: string[];
}

export const NO_REFUSAL: Refusal = { byField: {}, others: [] };
const TAKEN = 409;

/** `names` are the fields of the form. A name that is taken belongs to the name. */
export function refusalOf(error: Error, names: readonly string[]): Refusal {
  if (error instanceof ApiError) {
    if (error.status === TAKEN && names.includes("name")) return { byField: { name: error.message }, others: [] };
    if (Object.keys(error.fields).length > 0) return placeErrors(names, error.fields);
  }
  return { byField: {}, others: [error.message] };
}
