/** Which tags a resource must have, and what a change of that would find. */
import "./untagged.css";
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { instantText } from "@/lib/period";
import type { PolicySearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { LeaveDialog } from "@/ui/documents/LeaveDialog";
import { useDraft } from "@/ui/documents/useDraft";
import { QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { GovernanceTabs } from "./GovernanceTabs";
import { PolicyBench } from "./PolicyBench";
import { PolicyVersions } from "./PolicyVersions";
import { activeQuery } from "./queries";
import type { PolicyOut } from "./types";

export function PolicyPage() {
  const [search, patch] = useSearchState<PolicySearch>();
  const query = useQuery(activeQuery);
  const draft = useDraft(query.data);
  const versions = search.view === "versions";
  return (
    <>
      <PageHeader
        title="Tag policy"
        answer={query.data ? sentence(query.data) : ""}
        actions={<Button component={Link} to="/governance/policy" search={(versions ? {} : { view: "versions" }) as never} size="xs" variant="default">{versions ? "Back to the policy" : "Versions"}</Button>}
      />
      <GovernanceTabs />
      <QueryPanel query={query} what="the policy" skeleton={<Skeleton height={480} radius={6} />}>
        {(active) => (versions ? <PolicyVersions draft={draft} /> : <PolicyBench draft={draft} newest={active.version} wantsText={search.edit === "text"} onShow={(text) => patch({ edit: text ? "text" : undefined }, true)} />)}
      </QueryPanel>
      <LeaveDialog dirty={draft.dirty} what="The policy has" />
    </>
  );
}

const sentence = ({ version, published_at, published_by }: PolicyOut): string =>
  published_at === null ? "No policy is published: nothing is judged. This is one to begin with." : `Version ${version}, published ${instantText(published_at)} by ${published_by ?? "somebody"}.`;
