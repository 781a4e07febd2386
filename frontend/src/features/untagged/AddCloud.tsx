/** New cloud accounts: how they are reached, whether they can be read; only then they are stored. */
import { Button, TextInput, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { CloudsSearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { FieldInput } from "@/ui/options/FieldInput";
import { RefusableForm } from "@/ui/options/RefusableForm";
import { NO_REFUSAL, type Refusal, refusalOf } from "@/ui/options/refusal";
import { useSearchState } from "@/ui/useSearchState";
import { Steps } from "./Steps";
import { ACCESS, NOTHING_TYPED, PARTITIONS, type Typed, readInventory } from "./inventoryForm";
import { addInventory, checkInventory, useChange } from "./queries";
import type { InventoryCheck, InventoryIn } from "./types";

const NAMES = Object.keys(NOTHING_TYPED);

export function AddCloud() {
  const [, patch] = useSearchState<CloudsSearch>();
  const [typed, setTyped] = useState<Typed>(NOTHING_TYPED);
  const [refusal, setRefusal] = useState(NO_REFUSAL);
  const [asked, setAsked] = useState<InventoryIn | null>(null);
  const refuse = (error: Error): void => setRefusal(refusalOf(error, NAMES));
  const check = useMutation({ mutationFn: checkInventory, onError: refuse });
  const save = useChange(addInventory, ({ id }) => patch({ add: undefined, open: id }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { inventory, faults } = readInventory(typed);
    check.reset();
    save.reset();
    setRefusal({ byField: faults, others: [] });
    if (Object.keys(faults).length > 0) return;
    setAsked(inventory);
    check.mutate(inventory);
  };
  const put = (part: Partial<Typed>): void => {
    // What was checked is not what stands there any more.
    check.reset();
    setTyped({ ...typed, ...part });
  };
  return (
    <>
      <PageHeader
        title="Add cloud accounts"
        answer="Nothing is stored before the check has been seen. Secrets are stored encrypted and never shown again."
        actions={<Button component={Link} to="/governance/clouds" search={{} as never} size="xs" variant="default">Cancel</Button>}
      />
      <section className="panel" aria-label="How they are reached">
        <div className="panel-head"><h2 className="panel-title">How they are reached</h2></div>
        <div className="panel-body">
          <CloudForm typed={typed} refusal={refusal} busy={check.isPending} onType={put} onSubmit={submit} />
        </div>
      </section>
      {check.data && asked && <Checked check={check.data} busy={save.isPending} error={save.error} onSave={() => save.mutate(asked, { onError: refuse })} />}
      <Rights />
    </>
  );
}

interface CloudFormProps {
  typed: Typed;
  refusal: Refusal;
  busy: boolean;
  onType: (part: Partial<Typed>) => void;
  onSubmit: (event: FormEvent) => void;
}

function CloudForm({ typed, refusal, busy, onType, onSubmit }: CloudFormProps) {
  const faults = refusal.byField;
  return (
    <RefusableForm refusal={refusal} onSubmit={onSubmit}>
      <div className="fields">
        <TextInput label="Name" description="How you call them, on every page" value={typed.name} error={faults.name} maxLength={100} onChange={(e) => onType({ name: e.currentTarget.value })} />
        <TextInput label="Role name" description="Assumed in each account; without one, the credentials are used as they are" value={typed.role_name} error={faults.role_name} autoComplete="off" spellCheck={false} onChange={(e) => onType({ role_name: e.currentTarget.value })} />
        <Textarea label="Accounts" description="Twelve digits each; without any, those of the bill, or with no role the one of the credentials" autosize minRows={2} maxRows={8} value={typed.accounts} error={faults.accounts} onChange={(e) => onType({ accounts: e.currentTarget.value })} />
        <Textarea label="Regions" description="Like eu-central-1; without any, those of the bill" autosize minRows={2} maxRows={8} value={typed.regions} error={faults.regions} onChange={(e) => onType({ regions: e.currentTarget.value })} />
      </div>
      <fieldset className="fieldset">
        <legend>How they are entered</legend>
        <p className="muted">All of it may stay empty: then the credentials are those of the environment of the machine where this runs.</p>
        <div className="fields">
          {ACCESS.map((f) => <FieldInput key={f.name} field={f} value={typed[f.name as keyof Typed]} error={faults[f.name]} onChange={(v) => onType({ [f.name]: v })} />)}
        </div>
      </fieldset>
      <details>
        <summary>Advanced</summary>
        <div className="fields" style={{ marginTop: 10 }}>
          <label className="field">
            Partition
            <select className="select" value={typed.partition} onChange={(e) => onType({ partition: e.currentTarget.value as Typed["partition"] })}>
              {Object.entries(PARTITIONS).map(([value, text]) => <option key={value} value={value}>{text}</option>)}
            </select>
          </label>
          <TextInput label="Endpoint URL" description="When it is not AWS’s own" value={typed.endpoint_url} error={faults.endpoint_url} autoComplete="off" spellCheck={false} onChange={(e) => onType({ endpoint_url: e.currentTarget.value })} />
        </div>
      </details>
      <div className="row"><Button size="xs" type="submit" loading={busy}>Check them</Button></div>
    </RefusableForm>
  );
}

interface CheckedProps {
  check: InventoryCheck;
  busy: boolean;
  error: Error | null;
  onSave: () => void;
}

function Checked({ check, busy, error, onSave }: CheckedProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="panel" aria-label="Check">
      <div className="panel-head">
        <h2 className="panel-title" ref={heading} tabIndex={-1} style={{ outline: "none" }}>{check.ok ? "They can be read" : "They cannot be read in full"}</h2>
      </div>
      <div className="panel-body stack">
        <Steps steps={check.steps} />
        {!check.ok && <p className="muted">Put right what is missing and check again. What is saved all the same is tried at every scan.</p>}
        <div className="row">
          <Button size="xs" variant={check.ok ? "filled" : "default"} loading={busy} onClick={onSave}>{check.ok ? "Save" : "Save all the same"}</Button>
          {error && <span className="unfavourable" role="alert">{error.message}</span>}
        </div>
      </div>
    </section>
  );
}

/** What the listings of a scan call. */
const ACTIONS = [
  "tag:GetResources",
  "ec2:DescribeInstances",
  "ec2:DescribeVolumes",
  "ec2:DescribeSnapshots",
  "ec2:DescribeNatGateways",
  "ec2:DescribeAddresses",
  "rds:DescribeDBInstances",
  "rds:DescribeDBClusters",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeTags",
  "lambda:ListFunctions",
  "s3:ListAllMyBuckets",
  "s3:GetBucketTagging",
];
const LEAST = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ACTIONS, Resource: "*" }] }, null, 2);

function Rights() {
  return (
    <section className="panel" aria-label="What the role needs">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">What the role needs</h2>
          <div className="panel-sub">Least privilege: it reads lists of resources and their tags, never their contents, and changes nothing.</div>
        </div>
      </div>
      <div className="panel-body stack">
        <pre className="command" style={{ whiteSpace: "pre-wrap" }}>{LEAST}</pre>
        <p className="muted">Its trust policy must let the identity of these credentials assume it (sts:AssumeRole). A permission that is missing is named in the steps of each scan.</p>
      </div>
    </section>
  );
}
