import { Link } from "@tanstack/react-router";
import { PageHeader } from "./PageHeader";

export function NotFound() {
  return (
    <>
      <PageHeader title="There is no such page" answer="The address may be mistyped, or the page was moved." />
      <p>
        <Link className="link" to="/cost/teams">Go to Cost by team</Link>
      </p>
    </>
  );
}
