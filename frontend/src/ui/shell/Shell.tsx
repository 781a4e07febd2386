/** The frame around every page: top bar with the shared pickers, menu, footer. */
import { AppShell, Burger, Button, CloseButton } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconInfoCircle, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { Suspense, lazy, useEffect } from "react";
import { sessionQuery } from "@/api/queries";
import type { Session } from "@/api/types";
import { unsay, useSaid } from "../said";
import { dismissSearchNotice, useSearchNotice } from "../searchNotice";
import { FilterSheet } from "./FilterSheet";
import { Footer } from "./Footer";
import { CurrencyPicker, MetricPicker } from "./MetricPicker";
import { NavLinks } from "./NavLinks";
import { SavedViews } from "./SavedViews";
import { ScopePicker } from "./ScopePicker";
import { TimePicker } from "./TimePicker";
import { ThemeMenu, UserMenu } from "./UserMenu";
import { hasControls, useControls } from "./controls";
import { useHotkeys } from "./useHotkeys";

const HelpDialog = lazy(() => import("./HelpDialog"));
const NoAccess = lazy(() => import("./NoAccess"));
const Palette = lazy(() => import("../palette/Palette"));

/** What takes no role is all there is. */
const hasNoRole = ({ permissions, must_change_password: isFirst }: Session): boolean => !isFirst && permissions.every((p) => p === "account:write");

export function Shell() {
  const [menu, { toggle, close }] = useDisclosure(false);
  const [help, helpHandlers] = useDisclosure(false);
  const [palette, paletteHandlers] = useDisclosure(false);
  const controls = useControls();
  const compact = useMediaQuery("(max-width: 61.99em)", false, { getInitialValueInEffect: false });
  useFirstPassword();
  const session = useQuery(sessionQuery);
  useHotkeys(helpHandlers.open, paletteHandlers.open);
  if (session.data && hasNoRole(session.data)) return <Suspense fallback={null}><NoAccess session={session.data} /></Suspense>;

  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 208, breakpoint: "md", collapsed: { mobile: !menu } }} padding={{ base: 12, md: 20 }}>
      <AppShell.Header>
        <div className="topbar">
          {compact && <Burger opened={menu} onClick={toggle} size="sm" aria-label={menu ? "Close menu" : "Open menu"} aria-expanded={menu} />}
          <Link to="/" className="brand topbar-brand" aria-label="FinOps Command Center">
            <img src="/assets/mark-v1.svg" alt="" width={18} height={18} />
            <span className="brand-word">FinOps</span>
          </Link>
          <div className="topbar-controls">
            {compact
              ? hasControls(controls) && <FilterSheet />
              : (
                <>
                  {controls.scope && <ScopePicker />}
                  {controls.time && <TimePicker />}
                  {controls.metric && <MetricPicker />}
                  {controls.metric && <CurrencyPicker />}
                </>
              )}
          </div>
          <div className="topbar-end">
            <Button size="xs" variant="default" px={8} aria-haspopup="dialog" aria-keyshortcuts="Control+K Meta+K" onClick={paletteHandlers.open}>
              <IconSearch size={15} aria-hidden />
              <span className="topbar-word">Go to <kbd aria-hidden>Ctrl K</kbd></span>
            </Button>
            <ThemeMenu />
            <UserMenu onHelp={helpHandlers.open} />
          </div>
        </div>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Pages" style={{ overflowY: "auto" }} aria-hidden={compact && !menu ? true : undefined} inert={compact && !menu ? true : undefined}>
        <NavLinks onFollow={close} />
        <SavedViews onFollow={close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <div className="page">
          <SearchNotice />
          <Outlet />
          <Footer />
        </div>
      </AppShell.Main>
      <Said />
      {/* Stands for the dialog that is still loading: letters typed meanwhile are meant for it and are no shortcuts. */}
      <Suspense fallback={<div role="dialog" aria-label="Opening" hidden />}>
        {help && <HelpDialog onClose={helpHandlers.close} />}
        {palette && <Palette onClose={paletteHandlers.close} onHelp={helpHandlers.open} />}
      </Suspense>
    </AppShell>
  );
}

/** Whoever has an initial password changes it before anything else. */
function useFirstPassword(): void {
  const must = useQuery(sessionQuery).data?.must_change_password;
  const navigate = useNavigate();
  useEffect(() => {
    if (must) void navigate({ to: "/account", replace: true });
  }, [must, navigate]);
}

/** Says once which parts of a link were left out. */
function SearchNotice() {
  const dropped = useSearchNotice();
  return (
    <div role="status">
      {dropped.length > 0 && (
        <div className="notice" data-tone="info">
          <IconInfoCircle size={16} aria-hidden />
          <div className="notice-body">
            Parts of this link were not understood and left out: {dropped.join(", ")}.
          </div>
          <CloseButton size="sm" aria-label="Dismiss" onClick={dismissSearchNotice} />
        </div>
      )}
    </div>
  );
}

/** Says what was just done, over the page, where it is seen however far one has scrolled. */
function Said() {
  const said = useSaid();
  return (
    <div role="status" className="said no-print">
      {said && (
        <div className="notice" data-tone="info">
          <div className="notice-body">
            {said.text}
            {said.link && <input className="date-input" readOnly aria-label="Link" value={said.link} onFocus={(e) => e.currentTarget.select()} />}
          </div>
          <CloseButton size="sm" aria-label="Dismiss" onClick={unsay} />
        </div>
      )}
    </div>
  );
}
