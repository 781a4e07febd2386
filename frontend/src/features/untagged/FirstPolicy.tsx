/** Before anything can be judged: the policy to begin with, shown, to be changed and published. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LeaveDialog } from "@/ui/documents/LeaveDialog";
import { useDraft } from "@/ui/documents/useDraft";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { PolicyBench } from "./PolicyBench";
import { activeQuery } from "./queries";

export default function FirstPolicy() {
  const query = useQuery(activeQuery);
  const draft = useDraft(query.data);
  // The address belongs to the findings, so how the policy is shown is not in it.
  const [wantsText, setWantsText] = useState(false);
  const may = useMay("findings:write", "everywhere");
  return (
    <>
      <div className="panel">
        <EmptyBox title="No tag policy yet">
          A policy says which tags a resource must have; nothing is judged without one.{" "}
          {may === false ? "Whoever runs this installation can publish one; your account may only look." : "This is one to begin with: change it as you like, test it, publish it."}
        </EmptyBox>
      </div>
      <QueryPanel query={query} what="the policy" skeleton={<Skeleton height={320} radius={6} />}>
        {(active) => <PolicyBench draft={draft} newest={active.version} wantsText={wantsText} onShow={setWantsText} />}
      </QueryPanel>
      <LeaveDialog dirty={draft.dirty} what="The policy has" />
    </>
  );
}
