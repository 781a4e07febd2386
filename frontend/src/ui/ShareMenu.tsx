import { Button, Menu } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { copyLink, usePageLinks } from "./links";

/** The page as a link: one that moves along with time, or one that shows the same days for ever. */
export function ShareMenu() {
  const { moving, frozen } = usePageLinks();
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconLink size={14} aria-hidden />}>Link</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void copyLink(moving)}>Copy link</Menu.Item>
        <Menu.Item disabled={frozen === null} onClick={() => frozen && void copyLink(frozen, "The frozen link")}>
          Copy frozen link
          <div className="panel-sub">The same dates whenever it is opened</div>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
