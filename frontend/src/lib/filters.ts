/** One filter of a cost query, written `Dim:op:value[,value…]` in the URL and on the wire. */
export const FILTER_OPS = ["in", "not_in", "prefix", "contains"] as const;
export type FilterOp = (typeof FILTER_OPS)[number];

export interface Filter {
  dimension: string;
  op: FilterOp;
  values: string[];
}

export const OP_TEXT: Record<FilterOp, string> = { in: "is", not_in: "is not", prefix: "starts with", contains: "contains" };

/** A tag key may hold colons (`Tags/user:Team`), so the first operator ends the dimension. */
const SHAPE = /^(Tags\/.+?|[A-Za-z][A-Za-z0-9_]*):(in|not_in|prefix|contains):([\s\S]*)$/;
const COMMA = /(?<!\\),/;

export function parseFilter(text: string): Filter | null {
  const match = SHAPE.exec(text);
  if (!match) return null;
  const [, dimension, op, rest] = match as unknown as [string, string, FilterOp, string];
  return { dimension, op, values: rest.split(COMMA).map((v) => v.replaceAll("\\,", ",")) };
}

/** A comma inside a value is written `\,`. */
export const formatFilter = (f: Filter): string => `${f.dimension}:${f.op}:${f.values.map((v) => v.replaceAll(",", "\\,")).join(",")}`;

/** Adds values to a matching filter, or a new filter; asking for the same thing twice changes nothing. */
export function withFilter(filters: readonly string[], added: Filter): string[] {
  const index = filters.findIndex((text) => {
    const f = parseFilter(text);
    return f?.dimension === added.dimension && f.op === added.op;
  });
  if (index < 0) return [...filters, formatFilter(added)];
  const current = parseFilter(filters[index] as string) as Filter;
  const values = [...new Set([...current.values, ...added.values])];
  return filters.map((text, i) => (i === index ? formatFilter({ ...current, values }) : text));
}

/** A drill narrows: whatever was asked about this dimension before gives way to the one value. */
export function drillFilter(filters: readonly string[], dimension: string, value: string): string[] {
  const rest = filters.filter((text) => parseFilter(text)?.dimension !== dimension);
  return [...rest, formatFilter({ dimension, op: "in", values: [value] })];
}
