import { Button, Menu } from "@mantine/core";
import { IconPhotoDown } from "@tabler/icons-react";
import { useState } from "react";
import type { PictureFormat, PictureRequest } from "./picture";

const FORMATS: { format: PictureFormat; label: string }[] = [
  { format: "png", label: "PNG, for slides and mail" },
  { format: "svg", label: "SVG, sharp at any size" },
];

/** Saves what the chart shows, in the theme that is on screen. */
export function PictureMenu({ request }: { request: PictureRequest }) {
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
          <Button size="xs" variant="default" leftSection={<IconPhotoDown size={14} aria-hidden />} aria-label={`Picture of ${request.title}`}>
            Picture
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FORMATS.map(({ format, label }) => (
            <Menu.Item key={format} onClick={() => void save(format)}>{label}</Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {problem && <span role="alert" className="unfavourable">{problem}</span>}
    </>
  );
}
