import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Source } from "@/api/types";
import { instantText } from "@/lib/period";
import { Facts } from "@/ui/Facts";
import { fieldsOf } from "@/ui/options/fields";
import { CheckSteps } from "./CheckResult";
import { checkSource, kindsQuery } from "./queries";

/** What it reads, and from where. What of this should be otherwise becomes another source, so that runs stay what they were. */
export function Configuration({ source, mayCheck }: { source: Source; mayCheck: boolean }) {
  const kinds = useQuery(kindsQuery);
  const check = useMutation({ mutationFn: () => checkSource(source.id) });
  const kind = kinds.data?.items.find((k) => k.kind === source.kind);
  const fields = new Map(fieldsOf(kind?.options).map((f) => [f.name, f]));
  const options = Object.entries(source.options).filter(([name]) => !fields.get(name)?.access);
  const facts: [string, string][] = [
    ["Kind", kind?.title ?? source.kind],
    ["Location", source.location],
    ...options.map(([name, value]): [string, string] => [fields.get(name)?.label ?? name, typeof value === "string" ? value : JSON.stringify(value)]),
    ["Added", instantText(source.created_at)],
  ];
  return (
    <section className="panel" aria-label="Configuration">
      <div className="panel-head">
        <h2 className="panel-title">Configuration</h2>
        {mayCheck && <Button size="xs" variant="default" loading={check.isPending} onClick={() => check.mutate()}>Check it</Button>}
      </div>
      <div className="panel-body stack">
        <Facts facts={facts} />
        {check.data && <CheckSteps steps={check.data.steps} />}
        {check.error && <p className="unfavourable" role="alert">{check.error.message}</p>}
      </div>
    </section>
  );
}
