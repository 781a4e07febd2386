import { IconActivity, IconCompass, IconHome, IconListNumbers, IconPlugConnected, IconSitemap, IconUsersGroup } from "@tabler/icons-react";

/** Pages that exist, in the groups of the menu. `go` is the second key after `g`. */
export const NAV = [
  {
    group: "See",
    items: [
      { to: "/", label: "Overview", icon: IconHome, go: "o", shared: true },
      { to: "/cost/teams", label: "Cost by team", icon: IconUsersGroup, go: "t", shared: true },
      { to: "/cost/explore", label: "Explore", icon: IconCompass, go: "e", shared: true },
    ],
  },
  {
    group: "Admin",
    items: [
      { to: "/admin/connectors", label: "Connectors", icon: IconPlugConnected, go: "c", shared: false },
      { to: "/admin/hierarchy", label: "Hierarchy", icon: IconSitemap, go: "b", shared: false },
      { to: "/admin/rules", label: "Rules", icon: IconListNumbers, go: "r", shared: false },
      { to: "/admin/status", label: "Data health", icon: IconActivity, go: "h", shared: false },
    ],
  },
] as const;
