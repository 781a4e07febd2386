/** One finding: what is wrong, whose it may be and why, what it costs, and how it could be put right. */
import { Button, CopyButton, Drawer, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { NO_DATA } from "@/lib/money";
import { dayText, instantText } from "@/lib/period";
import { Amount } from "@/ui/Amount";
import { Facts } from "@/ui/Facts";
import { QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { findingQuery } from "./queries";
import type { Candidate, Evidence, FindingDetail } from "./types";
import type { Changes } from "./useChanges";
import { eventText, nameOf, ownerText, percentText, violationText } from "./words";

interface FindingDrawerProps {
  id: string | undefined;
  onClose: () => void;
  changes: Changes;
}

export function FindingDrawer({ id, onClose, changes }: FindingDrawerProps) {
  const query = useQuery({ ...findingQuery(id ?? ""), enabled: id !== undefined });
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="lg" title={<bdi>{query.data ? nameOf(query.data) : "Finding"}</bdi>} closeButtonProps={{ "aria-label": "Close" }}>
      {id !== undefined && (
        <QueryPanel query={query} what="this finding" skeleton={<Skeleton height={480} radius={6} />}>
          {(finding) => <Detail finding={finding} changes={changes} />}
        </QueryPanel>
      )}
    </Drawer>
  );
}

function Detail({ finding: f, changes }: { finding: FindingDetail; changes: Changes }) {
  const may = useMay("findings:write");
  const tags = Object.entries(f.tags);
  return (
    <div className="stack">
      {f.state !== "open" && <p className="wrap-anywhere">{f.exemption ? `Exempt until ${dayText(f.exemption.until)}, by ${f.exemption.by}: ${f.exemption.reason}` : `Closed${f.closed_because ? `: ${f.closed_because}` : ""}.`}</p>}
      {f.state !== "closed" && (
        <ul className="plain-list" aria-label="What is wrong">
          {f.violations.map((v) => <li key={v.key}><bdi>{violationText(v)}</bdi></li>)}
        </ul>
      )}
      <div className="row">
        {f.seen_in.includes("bill") && <Link className="button-link" to="/cost/explore" search={{ view: "records", res: f.resource_id }}>Its records in Explore</Link>}
        {may && f.state !== "closed" && f.owner === null && <Button size="xs" variant="default" onClick={() => changes.ask({ what: "assign", findings: [f] })}>Assign…</Button>}
        {may && f.state === "open" && <Button size="xs" variant="default" onClick={() => changes.ask({ what: "exempt", findings: [f] })}>Exempt…</Button>}
        {may && f.state === "exempt" && <Button size="xs" variant="default" loading={changes.goingBack} onClick={() => changes.revoke([f.id])}>End the exemption</Button>}
      </div>
      <Facts facts={factsOf(f)} />
      <Candidates finding={f} />
      {f.proposal !== null && <Proposal command={f.proposal} />}
      <Part title="Tags it has">
        {tags.length === 0 ? <p className="muted">None at all.</p> : <Facts facts={tags.map(([key, value]): [string, ReactNode] => [key, <bdi key={key}>{value === "" ? "(empty)" : value}</bdi>])} />}
      </Part>
      <Part title="History">
        <ul className="plain-list">
          {f.history.map((h) => (
            <li key={`${String(h.at)} ${String(h.event)}`}><span className="muted num">{instantText(String(h.at))}</span> <span className="wrap-anywhere">{eventText(String(h.event), String(h.text))}</span></li>
          ))}
        </ul>
      </Part>
    </div>
  );
}

const factsOf = (f: FindingDetail): [string, ReactNode][] => [
  ["Resource", <bdi key="id" className="mono">{f.resource_id}</bdi>],
  ["Cost, 30 days", f.cost_30d ? <Amount money={f.cost_30d} scale={2} /> : "not in the bill yet"],
  ["Owner", ownerText(f)],
  ["Type", f.resource_type],
  ["Service", f.service],
  ["Account", f.account_name ? `${f.account_name}, ${f.account ?? ""}` : (f.account ?? NO_DATA)],
  ["Region", f.region ?? NO_DATA],
  ["First seen", dayText(f.first_seen)],
  ["Last seen", `${dayText(f.last_seen)}, in ${f.seen_in.join(" and ")}`],
];

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="panel-title part-title">{title}</h3>
      {children}
    </section>
  );
}

function Candidates({ finding }: { finding: FindingDetail }) {
  if (finding.owner !== null) return finding.evidence.length === 0 ? null : <Part title="Why it is theirs"><Reasons evidence={finding.evidence} /></Part>;
  return (
    <Part title="Whose it may be">
      {finding.suggested_owner === null && <p className="muted">Nobody is sure enough: the owner counts as unknown.</p>}
      {finding.candidates.map((c) => <CandidateView key={c.team} candidate={c} />)}
    </Part>
  );
}

function CandidateView({ candidate: c }: { candidate: Candidate }) {
  return (
    <section aria-label={c.team_name}>
      <div>{c.team_name} <span className="muted num">{percentText(c.confidence)}</span></div>
      <Reasons evidence={c.evidence} />
    </section>
  );
}

function Reasons({ evidence }: { evidence: readonly Evidence[] }) {
  return <ul className="plain-list muted">{evidence.map((e) => <li key={e.text} className="wrap-anywhere"><bdi>{e.text}</bdi></li>)}</ul>;
}

/** Nothing is tagged from here: the command is for the owner to read and to run. */
function Proposal({ command }: { command: string }) {
  return (
    <Part title="How its owner could tag it">
      <code className="command"><bdi>{command}</bdi></code>
      <div className="row part-foot">
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <>
              <Button size="xs" variant="default" onClick={copy}>Copy the command</Button>
              <span role="status" className="muted">{copied ? "Copied." : ""}</span>
            </>
          )}
        </CopyButton>
        <span className="muted">Nothing is tagged from here.</span>
      </div>
    </Part>
  );
}
