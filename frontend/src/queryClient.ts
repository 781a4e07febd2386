import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api/client";

const RETRY_STATUS = new Set([0, 502, 503, 504]);

/** One retry when nobody answered; a refusal is shown at once. `onSignedOut` runs for every 401. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof ApiError && error.status === 401) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) => count < 1 && error instanceof ApiError && RETRY_STATUS.has(error.status),
        retryDelay: 400,
        refetchOnWindowFocus: true,
      },
    },
  });
}
