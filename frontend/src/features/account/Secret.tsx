import type { ReactNode } from "react";

/** A secret that is shown once. */
export function Secret({ token, children }: { token: string; children?: ReactNode }) {
  return (
    <div className="notice" data-tone="info" style={{ marginTop: 10 }}>
      <div className="notice-body">
        {children}Copy it now, it is not shown again:
        <code className="command" style={{ marginTop: 6 }}>{token}</code>
      </div>
    </div>
  );
}
