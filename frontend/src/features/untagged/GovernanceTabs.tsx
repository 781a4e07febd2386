import { Link } from "@tanstack/react-router";

const PAGES = [
  { to: "/governance/untagged", label: "Findings" },
  { to: "/governance/policy", label: "Policy" },
  { to: "/governance/clouds", label: "Cloud accounts" },
] as const;

/** What is found, by which policy, and where else than in the bill is looked. */
export function GovernanceTabs() {
  return (
    <nav className="tabs" aria-label="Views">
      {PAGES.map(({ to, label }) => (
        <Link key={to} to={to} search={{}} activeOptions={{ exact: true, includeSearch: false }} activeProps={{ "aria-current": "page" }}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
