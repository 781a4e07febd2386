import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { hierarchyQuery } from "@/api/queries";
import { FrozenNote } from "./FrozenNote";
import { ShareMenu } from "./ShareMenu";
import { useSearchState } from "./useSearchState";

interface PageHeaderProps {
  title: string;
  answer: ReactNode;
  actions?: ReactNode;
  /** A page about cost: it stands somewhere in the hierarchy and can be shared as a link. */
  scoped?: boolean;
  /** The way back up, above the title. */
  crumbs?: ReactNode;
}

export function PageHeader({ title, answer, actions, scoped = false, crumbs }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · FinOps Command Center`;
  }, [title]);
  return (
    <>
      <div className="page-head">
        <div>
          {scoped && <ScopeCrumbs />}
          {crumbs}
          <h1>{title}</h1>
          <p className="answer">{answer}</p>
        </div>
        {(actions || scoped) && (
          <div className="row no-print">
            {scoped && <ShareMenu />}
            {actions}
          </div>
        )}
      </div>
      {scoped && <FrozenNote />}
    </>
  );
}

/** Where in the hierarchy the page stands; each step back widens the scope and keeps everything else. */
function ScopeCrumbs() {
  const [search] = useSearchState();
  const hierarchy = useQuery(hierarchyQuery);
  if (!search.scope) return null;
  const byId = new Map((hierarchy.data?.nodes ?? []).map((n) => [n.id, n]));
  const path: { id: string; name: string }[] = [];
  for (let node = byId.get(search.scope); node && path.length < 10; node = node.parent_id ? byId.get(node.parent_id) : undefined) {
    path.unshift(node);
  }
  if (path.length === 0) path.push({ id: search.scope, name: search.scope });
  return (
    <nav className="crumbs" aria-label="Scope">
      <Link className="link" to="." search={((s: object) => ({ ...s, scope: undefined })) as never}>
        Everything
      </Link>
      {path.map((node, i) => (
        <span key={node.id} className="row" style={{ gap: 6 }}>
          <span aria-hidden>›</span>
          {i === path.length - 1 ? (
            <span aria-current="true">{node.name}</span>
          ) : (
            <Link className="link" to="." search={((s: object) => ({ ...s, scope: node.id })) as never}>
              {node.name}
            </Link>
          )}
        </span>
      ))}
    </nav>
  );
}
