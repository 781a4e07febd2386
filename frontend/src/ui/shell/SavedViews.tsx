/** The own saved views in the menu, and the way to the dialog that makes and changes them. */
import { UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBookmark, IconBookmarkPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, lazy } from "react";
import { viewsQuery } from "@/api/queries";
import { parseSearch } from "@/lib/url";

const ViewsDialog = lazy(() => import("./ViewsDialog"));

export function SavedViews({ onFollow }: { onFollow: () => void }) {
  const [opened, dialog] = useDisclosure(false);
  const views = useQuery(viewsQuery);
  return (
    <div>
      <div className="nav-group" id="nav-views">Saved views</div>
      <ul aria-labelledby="nav-views" style={{ listStyle: "none" }}>
        {(views.data?.items ?? []).map((view) => (
          <li key={view.id}>
            <Link
              to={view.page as never}
              search={parseSearch(view.query) as never}
              className="nav-item"
              activeOptions={{ exact: true, includeSearch: true }}
              activeProps={{ "data-active": true, "aria-current": "page" } as object}
              onClick={onFollow}
            >
              <IconBookmark size={16} stroke={1.6} aria-hidden style={{ flex: "none" }} />
              <span className="wrap-anywhere">{view.name}</span>
            </Link>
          </li>
        ))}
        <li>
          <UnstyledButton className="nav-item muted" aria-haspopup="dialog" onClick={dialog.open}>
            <IconBookmarkPlus size={16} stroke={1.6} aria-hidden />
            Save or change views
          </UnstyledButton>
        </li>
      </ul>
      {opened && (
        <Suspense fallback={null}>
          <ViewsDialog onClose={dialog.close} />
        </Suspense>
      )}
    </div>
  );
}
