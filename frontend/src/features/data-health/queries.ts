import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";

const QUIET_MS = 20_000;

export const LETTER_SERVICES = ["ingestion", "attribution", "cockpit", "gateway"] as const;
export type LetterService = (typeof LETTER_SERVICES)[number];

export const lettersQuery = (service: LetterService) =>
  queryOptions({
    queryKey: ["dead-letters", service],
    queryFn: ({ signal }) => take(api.GET(`/api/${service}/v1/dead-letters`, { signal })),
    refetchInterval: QUIET_MS,
  });
