import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, take } from "@/api/client";

/** Ends the session here, then that of the identity provider where it has a page for it. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    const { continue_at: elsewhere } = await take(api.DELETE("/api/gateway/v1/session"));
    client.clear();
    if (elsewhere) window.location.assign(elsewhere);
    else await navigate({ to: "/sign-in" });
  };
}
