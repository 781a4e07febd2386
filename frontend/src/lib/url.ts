/** Search strings that people can read: `?range=90d&open=bg-1&open=bu-3`, no JSON inside. */
export type RawSearch = Record<string, string | string[]>;

const readable = (text: string): string =>
  encodeURIComponent(text).replace(/%(?:3A|2F|2C|40)/g, (code) => decodeURIComponent(code)).replace(/%20/g, "+");

export function parseSearch(search: string): RawSearch {
  const out: RawSearch = {};
  for (const [key, value] of new URLSearchParams(search)) {
    const before = out[key];
    if (before === undefined) out[key] = value;
    else out[key] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return out;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(search)) {
    const list = Array.isArray(value) ? value : [value];
    for (const item of list) {
      // An empty text is something that is said: it stands for what has no value.
      if (item === undefined || item === null) continue;
      parts.push(`${readable(key)}=${readable(String(item))}`);
    }
  }
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}
