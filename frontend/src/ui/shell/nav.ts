import { IconActivity, IconCompass, IconHistory, IconHome, IconListNumbers, IconPlugConnected, IconScale, IconSitemap, IconTagOff, IconUser, IconUsersGroup } from "@tabler/icons-react";

/** Pages that exist, in the groups of the menu. `go` is the second key after `g`, `needs` the permission to read them; `everywhere`: not only for a part of the hierarchy; `within`: it stands for all pages below. */
export const NAV = [
  {
    group: "See",
    items: [
      { to: "/", label: "Overview", icon: IconHome, go: "o", shared: true, needs: "costs:read" },
      { to: "/cost/teams", label: "Cost by team", icon: IconUsersGroup, go: "t", shared: true, needs: "costs:read" },
      { to: "/cost/explore", label: "Explore", icon: IconCompass, go: "e", shared: true, needs: "costs:read" },
    ],
  },
  {
    group: "Governance",
    items: [{ to: "/governance/untagged", label: "Untagged", icon: IconTagOff, go: "u", shared: false, needs: "findings:read", within: "/governance/" }],
  },
  {
    group: "Admin",
    items: [
      { to: "/admin/connectors", label: "Connectors", icon: IconPlugConnected, go: "c", shared: false, needs: "sources:read" },
      { to: "/admin/hierarchy", label: "Hierarchy", icon: IconSitemap, go: "b", shared: false, needs: "ownership:read" },
      { to: "/admin/rules", label: "Rules", icon: IconListNumbers, go: "r", shared: false, needs: "ownership:read", everywhere: true },
      { to: "/admin/access", label: "Access", icon: IconUser, go: "w", shared: false, needs: "access:read" },
      { to: "/admin/data-health", label: "Data health", icon: IconScale, go: "h", shared: false, needs: "health:read" },
      { to: "/admin/status", label: "Status", icon: IconActivity, go: "s", shared: false, needs: "health:read" },
      { to: "/admin/audit", label: "Audit", icon: IconHistory, go: "a", shared: false, needs: "audit:read" },
    ],
  },
] as const;
