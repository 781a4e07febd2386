import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "@/api/queries";

/** Whether the one who is signed in may do something; undefined until that is known. The server decides again anyway. */
export function useMay(permission: string): boolean | undefined {
  return useQuery(sessionQuery).data?.permissions.includes(permission);
}
