import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import type { PictureFormat, PictureRequest } from "./picture";

const FORMATS: { format: PictureFormat; label: string }[] = [
  { format: "png", label: "PNG, for slides and mail" },
  { format: "svg", label: "SVG, sharp at any size" },
];

interface PictureMenuProps {
  request: PictureRequest;
  /** Where the server has the same figures as CSV. */
  csv?: string | undefined;
}

/** Saves what the chart shows: as a picture in the theme that is on screen, or its figures. */
export function PictureMenu({ request, csv }: PictureMenuProps) {
  const [problem, setProblem] = useState("");
  const save = async (format: PictureFormat): Promise<void> => {
    setProblem("");
    try {
      const { savePicture } = await import("./picture");
      await savePicture(request, format);
    } catch {
      setProblem("The picture could not be made. Load the page again, then try once more.");
    }
  };
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} aria-label={`Save ${request.title}`}>
            Save
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {csv && <Menu.Item component="a" href={csv} download>CSV, the figures behind it</Menu.Item>}
          {FORMATS.map(({ format, label }) => (
            <Menu.Item key={format} onClick={() => void save(format)}>{label}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {problem && <span role="alert" className="unfavourable">{problem}</span>}
    </>
  );
}
