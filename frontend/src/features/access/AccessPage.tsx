/** Who may see and do what, where, and why. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AccessSearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useSearchState } from "@/ui/useSearchState";
import { AddUser } from "./AddUser";
import { BindingsView } from "./BindingsView";
import { GiveRole } from "./GiveRole";
import { UsersView } from "./UsersView";
import { WhyView } from "./WhyView";
import { rolesQuery } from "./queries";

const VIEWS = [
  { view: undefined, label: "Roles" },
  { view: "users", label: "Users" },
  { view: "why", label: "Why" },
] as const;

export function AccessPage() {
  const [search, patch] = useSearchState<AccessSearch>();
  const roles = useQuery(rolesQuery);
  const may = useMay("access:write") === true;
  const mayUsers = may && roles.data?.may_give_everywhere === true;
  const close = (): void => patch({ add: undefined });
  return (
    <>
      <PageHeader
        title="Access"
        answer="A role holds at a node of the hierarchy and all below it. Nobody may do what no role of theirs allows."
        actions={may && roles.data && <Actions view={search.view} mayUsers={mayUsers} />}
      />
      <nav className="tabs" aria-label="Views">
        {VIEWS.map(({ view, label }) => (
          <Link key={label} to="/admin/access" search={view ? { view } : {}} activeOptions={{ exact: true }} aria-current={search.view === view ? "page" : undefined}>{label}</Link>
        ))}
      </nav>
      <QueryPanel query={roles} what="the roles" skeleton={<Skeleton height={260} radius={6} />}>
        {(data) => (
          <>
            {search.view === "users" ? <UsersView mayChange={mayUsers} /> : search.view === "why" ? <WhyView roles={data} /> : <BindingsView roles={data} may={may} />}
            {search.add === "role" && may && <GiveRole roles={data} onClose={close} />}
            {search.add === "user" && mayUsers && <AddUser onClose={close} />}
          </>
        )}
      </QueryPanel>
    </>
  );
}

function Actions({ view, mayUsers }: { view: AccessSearch["view"]; mayUsers: boolean }) {
  if (view === "why") return null;
  const add = view === "users" ? ("user" as const) : ("role" as const);
  if (add === "user" && !mayUsers) return null;
  return (
    <Link className="button-link" to="/admin/access" search={((s: object) => ({ ...s, add })) as never}>
      {add === "user" ? "Add a user" : "Give a role"}
    </Link>
  );
}
