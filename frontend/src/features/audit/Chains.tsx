/** Whether the chain of each service is whole; said only after its hashes were really computed again. */
import { Button, Skeleton } from "@mantine/core";
import { type UseQueryResult, useQueries, useQuery } from "@tanstack/react-query";
import { instantText } from "@/lib/period";
import { StatusWord } from "@/ui/StatusWord";
import { QueryPanel } from "@/ui/states";
import { chainQuery, vocabularyQuery } from "./queries";
import type { ChainState } from "./types";
import { chainText } from "./words";

export function Chains() {
  const vocabulary = useQuery(vocabularyQuery);
  const services = vocabulary.data?.services ?? [];
  const chains = useQueries({ queries: services.map((s) => chainQuery(s.name)) });
  const isBusy = chains.some((c) => c.isFetching);
  const verify = (): void => chains.forEach((c) => void c.refetch());
  return (
    <section className="panel" aria-label="Hash chains">
      <div className="panel-head">
        <h2 className="panel-title">Hash chains</h2>
        <Button size="xs" variant="default" loading={isBusy} disabled={services.length === 0} onClick={verify}>Verify all</Button>
      </div>
      <QueryPanel query={vocabulary} what="the services" skeleton={<Skeleton height={110} radius={6} />}>
        {() => (
          <ul className="panel-body audit-chains" aria-live="polite">
            {services.map((s, i) => (
              <li key={s.name}>
                <span>{s.title}</span>
                {chains[i] && <Chain chain={chains[i]} />}
              </li>
            ))}
          </ul>
        )}
      </QueryPanel>
    </section>
  );
}

function Chain({ chain }: { chain: UseQueryResult<ChainState> }) {
  if (chain.isFetching) return <StatusWord tone="idle">Verifying</StatusWord>;
  if (chain.error) return <StatusWord tone="warn">{`Could not be verified: ${chain.error.message}`}</StatusWord>;
  if (!chain.data) return <StatusWord tone="idle">Not verified yet</StatusWord>;
  return (
    <span className="row">
      <StatusWord tone={chain.data.broken ? "error" : "ok"}>{chainText(chain.data)}</StatusWord>
      <span className="muted num">{instantText(new Date(chain.dataUpdatedAt).toISOString())}</span>
    </span>
  );
}
