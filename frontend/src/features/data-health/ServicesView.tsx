import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ServiceStatus } from "@/api/types";
import { type Column, DataTable } from "@/ui/DataTable";
import { StatusWord } from "@/ui/StatusWord";
import { QueryPanel } from "@/ui/states";
import { statusQuery } from "./queries";

const COLUMNS: Column<ServiceStatus>[] = [
  { id: "name", header: "Service", cell: (s) => s.name },
  { id: "state", header: "State", cell: (s) => <StatusWord tone={s.ready ? "ok" : "error"}>{s.ready ? "Ready" : "Not ready"}</StatusWord> },
  { id: "reason", header: "Reason", cell: (s) => <span className="wrap-anywhere">{s.reason ?? ""}</span> },
];

export function ServicesView() {
  const query = useQuery(statusQuery);
  return (
    <section className="panel" aria-label="Services">
      <QueryPanel query={query} what="the services" skeleton={<Skeleton height={200} radius={6} />}>
        {(data) => (
          <>
            <div className="panel-head">
              <div>
                <h2 className="panel-title">Services</h2>
                <div className="panel-sub">Version {data.version}</div>
              </div>
            </div>
            <DataTable caption="Services" columns={COLUMNS} rows={data.services} rowId={(s) => s.name} rowLabel={(s) => s.name} />
          </>
        )}
      </QueryPanel>
    </section>
  );
}
