import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useSearch } from "@tanstack/react-router";
import { sessionQuery } from "@/api/queries";
import { keepShared } from "@/lib/search";
import { may } from "../useMay";
import { NAV } from "./nav";

/** Pages that the one who is signed in may not read are not offered; until that is known all are. */
export function NavLinks({ onFollow }: { onFollow: () => void }) {
  const search = useSearch({ strict: false });
  const path = useLocation({ select: (l) => l.pathname });
  const session = useQuery(sessionQuery).data;
  const offered = (item: (typeof NAV)[number]["items"][number]) => !session || may(session, item.needs, "everywhere" in item);
  const groups = NAV.map(({ group, items }) => ({ group, items: items.filter(offered) }));
  return (
    <div>
      {groups.filter(({ items }) => items.length > 0).map((group) => (
        <div key={group.group}>
          <div className="nav-group" id={`nav-${group.group}`}>{group.group}</div>
          <ul aria-labelledby={`nav-${group.group}`} style={{ listStyle: "none" }}>
            {group.items.map((item) => (
              <li key={item.to}>
                <Link
                  to={item.to}
                  search={(item.shared ? keepShared(search) : {}) as never}
                  className="nav-item"
                  data-active={("within" in item && path.startsWith(item.within)) || undefined}
                  activeOptions={{ exact: item.to === "/", includeSearch: false }}
                  activeProps={{ "data-active": true, "aria-current": "page" } as object}
                  onClick={onFollow}
                >
                  <item.icon size={16} stroke={1.6} aria-hidden />
                  {item.label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
