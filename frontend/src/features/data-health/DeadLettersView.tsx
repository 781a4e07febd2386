/** Messages that a service could not take after all its tries; each waits here until someone replays it. */
import { Button, Skeleton } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { DeadLetter } from "@/api/types";
import { useChangeOf } from "@/api/useChange";
import { NO_DATA } from "@/lib/money";
import { instantText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyBox, ErrorBox } from "@/ui/states";
import { LETTER_SERVICES, type LetterService, lettersQuery } from "./queries";

interface Letter extends DeadLetter {
  service: LetterService;
}

export function DeadLettersView() {
  const queries = useQueries({ queries: LETTER_SERVICES.map((s) => lettersQuery(s)) });
  const pending = queries.some((q) => q.isPending);
  const letters = queries.flatMap((q, i) => (q.data?.items ?? []).map((l): Letter => ({ ...l, service: LETTER_SERVICES[i] as LetterService })));
  return (
    <section className="panel" aria-label="Dead letters">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Dead letters</h2>
          <div className="panel-sub">Nothing is lost: a replay hands the message to its reader again.</div>
        </div>
      </div>
      {queries.map((q, i) => q.isError && (
        <ErrorBox key={LETTER_SERVICES[i]} error={q.error} what={`dead letters of ${LETTER_SERVICES[i]}`} onRetry={() => void q.refetch()} />
      ))}
      {pending ? <Skeleton height={160} radius={6} /> : letters.length > 0 ? (
        <DataTable caption="Dead letters" columns={COLUMNS} rows={letters} rowId={(l) => `${l.service}-${l.id}`} rowLabel={(l) => `${l.service}: ${l.kind ?? l.topic}`} sheetActions={(l) => <Replay letter={l} />} />
      ) : !queries.some((q) => q.isError) && (
        <EmptyBox title="No dead letters">Every message was taken by every service that reads it.</EmptyBox>
      )}
    </section>
  );
}

const COLUMNS: Column<Letter>[] = [
  { id: "name", header: "Service", cell: (l) => l.service },
  { id: "topic", header: "Topic", priority: 2, cell: (l) => <span className="mono">{l.topic}</span> },
  { id: "key", header: "Key", priority: 2, cell: (l) => <span className="mono wrap-anywhere">{l.key ?? NO_DATA}</span> },
  { id: "reason", header: "Reason", cell: (l) => <span className="wrap-anywhere">{l.reason}</span> },
  { id: "since", header: "First failed", priority: 2, cell: (l) => <span className="num">{instantText(l.first_failed_at)}</span> },
  { id: "attempts", header: "Tries", align: "right", cell: (l) => <span className="num">{l.attempts}</span> },
  { id: "replay", header: "Action", priority: 2, cell: (l) => <Replay letter={l} /> },
];

function Replay({ letter }: { letter: Letter }) {
  const replay = useChangeOf(["dead-letters"], () => take(api.POST(`/api/${letter.service}/v1/dead-letters/{letter_id}/replay`, { params: { path: { letter_id: letter.id } } })));
  return (
    <span className="row" role="status">
      <Button size="compact-xs" variant="default" loading={replay.isPending} onClick={() => replay.mutate()}>Replay</Button>
      {replay.isSuccess && <span className="muted">Sent</span>}
      {replay.error && <span className="unfavourable">{replay.error.message}</span>}
    </span>
  );
}
