/** Address of a path with its parameters; a list is said value by value. */
export function hrefOf(path: string, query: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) params.append(name, String(item));
    }
  }
  return params.size > 0 ? `${path}?${params}` : path;
}

/** Address of the CSV twin of a JSON query: the very same parameters, plus `format=csv`. */
export const csvHref = (path: string, query: Record<string, unknown>): string => hrefOf(path, { ...query, format: "csv" });
