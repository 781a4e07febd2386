import { useQuery } from "@tanstack/react-query";
import type { Source } from "@/api/types";
import { AccessForm } from "@/ui/options/AccessForm";
import { type Values, fieldsOf } from "@/ui/options/fields";
import { kindsQuery, setAccess, useChange } from "./queries";

/** What a source gets in with. */
export function AccessPanel({ source, mayChange }: { source: Source; mayChange: boolean }) {
  const kinds = useQuery(kindsQuery);
  const save = useChange((changes: Values) => setAccess(source.id, changes));
  const fields = fieldsOf(kinds.data?.items.find((k) => k.kind === source.kind)?.options).filter((f) => f.access);
  if (fields.length === 0) return null;
  return (
    <section className="panel" aria-label="Access">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Access</h2>
          <div className="panel-sub">What it gets in with. Without any, the credentials are those of the environment of the machine where this runs.</div>
        </div>
      </div>
      <div className="panel-body"><AccessForm fields={fields} options={source.options} secrets={source.secrets} mayChange={mayChange} save={save} saved="Saved. Check it to see that it gets in." /></div>
    </section>
  );
}
