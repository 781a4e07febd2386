import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { QueryPanel } from "@/ui/states";
import { PlanView } from "./PlanView";
import { type Place, addSource, planPlace, startIngest, useChange } from "./queries";

interface PlanAndSaveProps {
  place: Place;
  name: string;
  onBack: () => void;
  onRefuse: (error: Error) => void;
  onSaved: (id: string) => void;
}

export function PlanAndSave({ place, name, onBack, onRefuse, onSaved }: PlanAndSaveProps) {
  const query = useQuery({ queryKey: ["plan", place], queryFn: () => planPlace(place), staleTime: 0, gcTime: 0 });
  const stored = useRef<string | null>(null);
  const save = useChange(async (start: boolean) => {
    stored.current ??= (await addSource(place, name).catch((error: Error) => {
      onRefuse(error);
      throw error;
    })).id;
    if (start) await startIngest(stored.current, {});
    return stored.current;
  }, onSaved);
  return (
    <QueryPanel query={query} what="what will be read" skeleton={<Skeleton height={240} radius={6} />}>
      {(plan) => (
        <div className="stack">
          <PlanView plan={plan} />
          <p className="muted">From then on the source is looked at by its schedule, which you can change or pause.</p>
          <div className="row">
            <Button size="xs" loading={save.isPending} onClick={() => save.mutate(true)}>Save and start</Button>
            <Button size="xs" variant="default" disabled={save.isPending} onClick={() => save.mutate(false)}>Save only</Button>
            <Button size="xs" variant="default" disabled={save.isPending} onClick={onBack}>Change the fields</Button>
          </div>
          {save.error && <p className="unfavourable" role="alert">{stored.current ? `The source is stored, but it could not be started: ${save.error.message}` : save.error.message}</p>}
        </div>
      )}
    </QueryPanel>
  );
}
