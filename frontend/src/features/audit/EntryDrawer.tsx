/** One entry: all that it says, and field by field what was before and what came after. */
import { Drawer, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { NO_DATA } from "@/lib/money";
import { Facts } from "@/ui/Facts";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { entryQuery } from "./queries";
import type { AuditEntry, Vocabulary } from "./types";
import { actionText, differences, entryOf, fromText, momentText, serviceText, whoText } from "./words";

interface EntryDrawerProps {
  id: string | undefined;
  known: Vocabulary | undefined;
  onClose: () => void;
}

export function EntryDrawer({ id, known, onClose }: EntryDrawerProps) {
  const { service, seq } = entryOf(id ?? "");
  const query = useQuery({ ...entryQuery(service, seq), enabled: id !== undefined });
  const entry = query.data?.items[0];
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="lg" title={entry ? actionText(entry.action, known) : "Entry"} closeButtonProps={{ "aria-label": "Close" }}>
      {id !== undefined && (
        <QueryPanel query={query} what="this entry" skeleton={<Skeleton height={480} radius={6} />}>
          {(data) => (data.items[0] ? <Detail entry={data.items[0]} known={known} /> : <EmptyBox title="There is no such entry">{data.missing[0]?.reason ?? `${serviceText(service, known)} has no entry ${seq.toLocaleString()}.`}</EmptyBox>)}
        </QueryPanel>
      )}
    </Drawer>
  );
}

function Detail({ entry, known }: { entry: AuditEntry; known: Vocabulary | undefined }) {
  return (
    <div className="stack">
      <Facts facts={factsOf(entry, known)} />
      <Changes entry={entry} />
      <section aria-label="Place in the chain">
        <h3 className="panel-title part-title">Place in the chain</h3>
        <Facts
          facts={[
            ["Entry", <span key="seq" className="num">{entry.seq.toLocaleString()}</span>],
            ["Hash", <code key="hash" className="mono wrap-anywhere">{entry.hash}</code>],
            ["Hash of the one before", <code key="previous" className="mono wrap-anywhere">{entry.previous_hash}</code>],
          ]}
        />
      </section>
    </div>
  );
}

const factsOf = (entry: AuditEntry, known: Vocabulary | undefined): [string, ReactNode][] => [
  ["When", <time key="at" className="num" dateTime={entry.at}>{momentText(entry.at)}</time>],
  ["Who", <bdi key="who" className="wrap-anywhere">{whoText(entry)}</bdi>],
  ["Id of the person", <span key="id" className="mono wrap-anywhere">{entry.subject_id || NO_DATA}</span>],
  ["From", <span key="from" className="num">{fromText(entry)}</span>],
  ["Action", <span key="action" className="mono">{entry.action}</span>],
  ["Of", <span key="object" className="mono wrap-anywhere">{entry.object_id || NO_DATA}</span>],
  ["Service", serviceText(entry.service, known)],
  ["Trace id", <span key="trace" className="mono wrap-anywhere">{entry.trace_id || NO_DATA}</span>],
];

function Changes({ entry }: { entry: AuditEntry }) {
  const fields = differences(entry);
  return (
    <section aria-label="Before and after">
      <h3 className="panel-title part-title">Before → after</h3>
      {fields.length === 0 && <p className="muted">This action has nothing to compare.</p>}
      {fields.map(({ field, before, after }) => (
        <section key={field} aria-label={field} className="audit-field">
          <h4 className="audit-name"><bdi>{field}</bdi></h4>
          <dl className="audit-pair">
            <div><dt className="muted">Before</dt><dd><Value text={before} /></dd></div>
            <div><dt className="muted">After</dt><dd><Value text={after} /></dd></div>
          </dl>
        </section>
      ))}
    </section>
  );
}

function Value({ text }: { text: string | null }) {
  return text === null ? <span className="muted">{NO_DATA}</span> : <bdi className={text.includes("\n") ? "audit-value mono" : "audit-value"}>{text}</bdi>;
}
