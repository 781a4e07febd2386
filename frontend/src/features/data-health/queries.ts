import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { paths } from "@/api/schema";

const QUIET_MS = 20_000;

type LetterServiceOf<Path> = Path extends `/api/${infer Service}/v1/dead-letters` ? Service : never;
export type LetterService = LetterServiceOf<keyof paths>;

/** Every service that keeps some: one that the API document has and this has not does not compile. */
const HAS_LETTERS: Record<LetterService, true> = { ingestion: true, attribution: true, compliance: true, cockpit: true, gateway: true };
export const LETTER_SERVICES = Object.keys(HAS_LETTERS) as LetterService[];

export const lettersQuery = (service: LetterService) =>
  queryOptions({
    queryKey: ["dead-letters", service],
    queryFn: ({ signal }) => take(api.GET(`/api/${service}/v1/dead-letters`, { signal })),
    refetchInterval: QUIET_MS,
  });
