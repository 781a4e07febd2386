import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { QUIET_MS } from "@/ui/runs/queries";

export const RECONCILIATION_PATH = "/api/cockpit/v1/reconciliation";

export const reconciliationQuery = queryOptions({
  queryKey: ["reconciliation"],
  queryFn: ({ signal }) => take(api.GET(RECONCILIATION_PATH, { signal })),
  refetchInterval: QUIET_MS,
});
