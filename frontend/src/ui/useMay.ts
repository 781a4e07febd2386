import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "@/api/queries";
import type { Session } from "@/api/types";

/**
 * Whether the one who is signed in may do something, in some place or everywhere; undefined until that is known. The
 * server decides again anyway.
 */
export function useMay(permission: string, where: "somewhere" | "everywhere" = "somewhere"): boolean | undefined {
  const session = useQuery(sessionQuery).data;
  return session && may(session, permission, where === "everywhere");
}

export function may(session: Session, permission: string, everywhere: boolean): boolean {
  return session.permissions.includes(permission) && !(everywhere && session.limited.includes(permission));
}
