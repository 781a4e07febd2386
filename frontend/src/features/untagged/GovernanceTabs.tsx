import { Link } from "@tanstack/react-router";
import { useMay } from "@/ui/useMay";

const PAGES = [
  { to: "/governance/untagged", label: "Findings" },
  { to: "/governance/policy", label: "Policy" },
  { to: "/governance/clouds", label: "Cloud accounts", everywhere: true },
] as const;

/** What is found, by which policy, and where else than in the bill is looked. */
export function GovernanceTabs() {
  const seesAll = useMay("findings:read", "everywhere") !== false;
  return (
    <nav className="tabs" aria-label="Views">
      {PAGES.filter((page) => seesAll || !("everywhere" in page)).map(({ to, label }) => (
        <Link key={to} to={to} search={{}} activeOptions={{ exact: true, includeSearch: false }} activeProps={{ "aria-current": "page" }}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
