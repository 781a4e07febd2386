/** A new source, step by step: what it is, where it lies, whether it can be read, what will be read. Only the last step stores it. */
import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ConnectorsSearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { type Values, fieldsOf, initialValues } from "@/ui/options/fields";
import { NO_REFUSAL, refusalOf } from "@/ui/options/refusal";
import { QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { CheckResult } from "./CheckResult";
import { KindPicker } from "./KindPicker";
import { PlaceForm } from "./PlaceForm";
import { PlanAndSave } from "./PlanAndSave";
import { type Place, checkPlace, kindsQuery } from "./queries";

const STEPS = ["Kind", "Where it lies", "Check", "What is read"] as const;

export function AddWizard({ kind }: { kind: string | null }) {
  const kinds = useQuery(kindsQuery);
  return (
    <>
      <PageHeader title="Add a source" answer="Nothing is stored before the last step." actions={<Button component={Link} to="/admin/connectors" search={{} as never} size="xs" variant="default">Cancel</Button>} />
      <QueryPanel query={kinds} what="the kinds of sources" skeleton={<Skeleton height={320} radius={6} />}>
        {(data) => {
          const chosen = data.items.find((k) => k.kind === kind);
          if (!chosen) return <PickKind kinds={data.items} />;
          return <Steps key={chosen.kind} kind={chosen.kind} title={chosen.title} schema={chosen.options} />;
        }}
      </QueryPanel>
    </>
  );
}

function PickKind({ kinds }: { kinds: Parameters<typeof KindPicker>[0]["kinds"] }) {
  const [, patch] = useSearchState<ConnectorsSearch>();
  return (
    <StepPanel key={0} at={0} title="What kind of source is it?">
      <KindPicker kinds={kinds} onPick={(kind) => patch({ add: kind })} />
    </StepPanel>
  );
}

function Steps({ kind, title, schema }: { kind: string; title: string; schema: unknown }) {
  const fields = fieldsOf(schema);
  const navigate = useNavigate();
  const [at, setAt] = useState<1 | 2 | 3>(1);
  const [name, setName] = useState("");
  const [values, setValues] = useState<Values>(() => initialValues(fields));
  const [place, setPlace] = useState<Place | null>(null);
  const [refusal, setRefusal] = useState(NO_REFUSAL);
  const refuse = (error: Error): void => {
    setRefusal(refusalOf(error, ["name", ...fields.map((f) => f.name)]));
    setAt(1);
  };
  const check = useMutation({ mutationFn: checkPlace, onSuccess: () => setAt(2), onError: refuse });
  const onPlace = (next: Place): void => {
    setRefusal(NO_REFUSAL);
    setPlace(next);
    check.mutate(next);
  };
  const again = place ? () => check.mutate(place) : undefined;

  if (at === 1 || !place) {
    return (
      <StepPanel key={1} at={1} title={`Where does it lie? (${title})`}>
        <PlaceForm
          kind={kind} fields={fields} name={name} values={values} refusal={refusal} busy={check.isPending}
          onName={setName} onValue={(field, value) => setValues((v) => ({ ...v, [field]: value }))} onPlace={onPlace} onRefuse={setRefusal}
        />
      </StepPanel>
    );
  }
  if (at === 2) {
    return (
      <StepPanel key={2} at={2} title={`Can ${name} be read?`}>
        <CheckResult steps={check.data?.steps ?? []} ok={check.data?.ok ?? false} busy={check.isPending} onAgain={again} onBack={() => setAt(1)} onNext={() => setAt(3)} />
      </StepPanel>
    );
  }
  return (
    <StepPanel key={3} at={3} title={`What will be read of ${name}?`}>
      <PlanAndSave place={place} name={name} onBack={() => setAt(1)} onRefuse={refuse} onSaved={(id) => void navigate({ to: "/admin/connectors/$source", search: {}, params: { source: id } })} />
    </StepPanel>
  );
}

/** Each step begins at its heading, for those who hear the page and for those who use the keyboard. */
function StepPanel({ at, title, children }: { at: number; title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <ol className="steps" aria-label="Steps">
        {STEPS.map((step, i) => (
          <li key={step} aria-current={i === at ? "step" : undefined} data-done={i < at || undefined}>
            <span aria-hidden>{i + 1}</span> {step}
          </li>
        ))}
      </ol>
      <section className="panel" aria-label={title}>
        <div className="panel-head">
          <h2 className="panel-title" ref={heading} tabIndex={-1} style={{ outline: "none" }}>{title}</h2>
        </div>
        <div className="panel-body">{children}</div>
      </section>
    </>
  );
}
