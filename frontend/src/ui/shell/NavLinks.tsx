import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useSearch } from "@tanstack/react-router";
import { keepShared } from "@/lib/search";
import { sessionQuery } from "@/api/queries";
import { NAV } from "./nav";

/** The pages there are; of the administration those that whoever is signed in may see. */
export function NavLinks({ onFollow }: { onFollow: () => void }) {
  const search = useSearch({ strict: false });
  const may = useQuery(sessionQuery).data?.permissions ?? [];
  const path = useLocation({ select: (l) => l.pathname });
  return (
    <div>
      {NAV.map((all) => ({ ...all, items: all.items.filter((item) => all.group !== "Admin" || may.includes(item.needs)) })).map((group) => group.items.length > 0 && (
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
