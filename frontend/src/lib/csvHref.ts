/** Address of the CSV twin of a JSON query: the very same parameters, plus `format=csv`. */
export function csvHref(path: string, query: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) params.append(name, String(item));
    }
  }
  params.append("format", "csv");
  return `${path}?${params}`;
}
