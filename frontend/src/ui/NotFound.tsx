import { Link } from "@tanstack/react-router";
import { PageHeader } from "./PageHeader";

export function NotFound() {
  return (
    <>
      <PageHeader title="There is no such page" answer="The address may be mistyped, or the page was moved." />
      <p>
        <Link className="link" to="/">Go to the Overview</Link>
      </p>
    </>
  );
}
