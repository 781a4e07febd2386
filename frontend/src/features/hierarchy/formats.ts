export type OrgFormat = "YAML" | "CSV";

/** By the name of the file, else by its first line: that of a CSV names columns separated by commas. */
export function formatOf(text: string, fileName = ""): OrgFormat {
  if (/\.csv$/i.test(fileName)) return "CSV";
  if (/\.(?:ya?ml|json)$/i.test(fileName)) return "YAML";
  const first = text.replace(/^\uFEFF/, "").split("\n").find((line) => line.trim() !== "") ?? "";
  return /^"?[a-z_]+"?\s*,/.test(first) ? "CSV" : "YAML";
}

export const EXAMPLE = `# With this line, the hierarchy before that day stays as it was.
# effective_from: 2027-01-01
business_groups:
  - id: retail
    name: Retail Banking
    business_units:
      - id: cards
        name: Cards
        teams:
          - {id: fraud, name: Fraud, owner_email: fraud@bank.example, cost_center: CC-1001}
          - {id: rewards, name: Rewards}
`;
