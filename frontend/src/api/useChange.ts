import { useMutation, useQueryClient } from "@tanstack/react-query";

/** A change on the server. What stands under these keys is asked for again, and with the answers there it is done. */
export function useChangeOf<R, V = void>(keys: readonly string[], change: (value: V) => Promise<R>, onDone?: (result: R) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (result) => {
      await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
      onDone?.(result);
    },
  });
}
