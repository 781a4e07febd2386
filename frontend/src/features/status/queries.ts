import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";

const EVERY_MS = 10_000;

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/status", { signal })),
  refetchInterval: EVERY_MS,
});
