/** Why a charge has its team: every rule in order, what it said, and which values it compared. */
import { Button, Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo } from "react";
import { ApiError } from "@/api/client";
import { hierarchyQuery } from "@/api/queries";
import type { Explanation } from "@/api/types";
import type { RulesSearch } from "@/lib/search";
import { StatusWord } from "@/ui/StatusWord";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { explanationQuery } from "./queries";
import { columnText } from "./words";

const UNKNOWN = 404;

export function ExplainView() {
  const [search, patch] = useSearchState<RulesSearch>();
  const query = useQuery(explanationQuery(search.explain));
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get("key")).trim();
    if (key !== "") patch({ view: undefined, explain: key });
  };
  const isUnknown = query.error instanceof ApiError && query.error.status === UNKNOWN;
  return (
    <>
      <form key={search.explain} onSubmit={submit} className="row" style={{ alignItems: "flex-end" }}>
        <TextInput size="xs" name="key" label="Attribution key" defaultValue={search.explain} placeholder="32 hexadecimal digits" spellCheck={false} style={{ flex: "0 1 320px" }} />
        <Button size="xs" type="submit">Explain</Button>
      </form>
      <div className="panel">
        {search.explain === undefined ? (
          <EmptyBox title="Which charge?">Charges that differ in nothing a rule can see share one attribution key. Explore leads here from each resource, by the rule that it names.</EmptyBox>
        ) : isUnknown ? (
          <EmptyBox title="No charge has this key"><span className="wrap-anywhere">{query.error?.message}</span></EmptyBox>
        ) : (
          <QueryPanel query={query} what="the explanation" skeleton={<Skeleton height={420} radius={6} />}>
            {(found) => <Found explanation={found} />}
          </QueryPanel>
        )}
      </div>
    </>
  );
}

function Found({ explanation }: { explanation: Explanation }) {
  const hierarchy = useQuery(hierarchyQuery);
  const names = useMemo(() => new Map((hierarchy.data?.nodes ?? []).map((n) => [n.id, n.name])), [hierarchy.data]);
  const { owner, steps, attributes } = explanation;
  const team = owner.team_id === null ? "Unattributable" : (names.get(owner.team_id) ?? owner.team_id);
  return (
    <>
      <div className="panel-head">
        <div>
          <h2 className="panel-title">{team}{owner.service_id && `, service ${owner.service_id}`}</h2>
          <div className="panel-sub wrap-anywhere">{owner.rule_id === null ? `No rule gave it a team: ${owner.reason ?? "none matched"}.` : `By the rule ${owner.rule_id}.`}</div>
        </div>
      </div>
      <ol className="rules" aria-label="Rules in order">
        {steps.map((step, i) => (
          <li key={step.rule_id} className="rule why" data-matched={step.matched || undefined}>
            <span className="rule-grip num">{i + 1}</span>
            <div className="rule-words">
              <div><b className="wrap-anywhere">{step.rule}</b> {step.rule !== step.rule_id && <span className="muted mono wrap-anywhere">{step.rule_id}</span>}</div>
              <div className="wrap-anywhere">{step.why}</div>
            </div>
            <div className="rule-cost">{step.matched ? <StatusWord tone="ok">{step.verdict}</StatusWord> : <span className="muted">{step.verdict}</span>}</div>
          </li>
        ))}
      </ol>
      <div className="panel-foot">
        <h3 className="panel-title" style={{ marginBottom: 6 }}>What the rules see of it</h3>
        <dl className="detail-list seen">
          {Object.entries(attributes).map(([column, value]) => (
            <div key={column} style={{ display: "contents" }}>
              <dt>{columnText(column)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}
