import { useMediaQuery } from "@mantine/hooks";

/** True on a phone: read at once, so that the first paint has the final layout. */
export function useNarrow(): boolean {
  return useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
}
