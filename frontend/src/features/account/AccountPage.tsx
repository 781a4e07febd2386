/** What a person manages about themselves: password, API tokens, and where they are signed in. */
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "@/api/queries";
import { PageHeader } from "@/ui/PageHeader";
import { PasswordForm } from "./PasswordForm";
import { Sessions } from "./Sessions";
import { Tokens } from "./Tokens";

export function AccountPage() {
  const session = useQuery(sessionQuery);
  return (
    <>
      <PageHeader title="Account" answer={session.data ? `Signed in as ${session.data.user.name}.` : ""} />
      {session.data?.must_change_password && (
        <div className="notice" data-tone="error" role="status">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">Your password is an initial one that somebody else knows. Change it; until then you can do nothing else.</div>
        </div>
      )}
      <div className="two-panels">
        {session.data?.user.has_password !== false && <PasswordForm />}
        {session.data && !session.data.must_change_password && <Tokens permissions={session.data.permissions} />}
      </div>
      {session.data && !session.data.must_change_password && <Sessions />}
    </>
  );
}
