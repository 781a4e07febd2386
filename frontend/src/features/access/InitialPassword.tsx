/** A password that is shown once. */
export function InitialPassword({ user, password }: { user: string; password: string }) {
  return (
    <div className="notice" data-tone="info">
      <div className="notice-body">
        The initial password of {user}. It is not shown again, and has to be changed at the first sign-in:
        <code className="command" style={{ marginTop: 6 }}>{password}</code>
      </div>
    </div>
  );
}
