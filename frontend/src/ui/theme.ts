import { type CSSVariablesResolver, type MantineColorsTuple, createTheme } from "@mantine/core";
import { TOKENS, type Theme, type Tokens } from "@/lib/tokens";

/** One accent. Step 7 is the fill that carries white text; the rest exist because Mantine asks for ten. */
const accent: MantineColorsTuple = [
  "#e8effc", "#cfdff9", "#a3c1f3", "#74a1ec", "#4d85e5", "#3574e0", "#2a69d8", "#1f5fd0", "#1b56bf", "#164699",
];

/** Mantine paints dark inputs, menus and dialogs from this scale; it follows our own dark grounds. */
const dark: MantineColorsTuple = [
  TOKENS.dark.text, "#c3cad4", TOKENS.dark.muted, TOKENS.dark.controlBorder, TOKENS.dark.border,
  TOKENS.dark.hover, TOKENS.dark.surface, TOKENS.dark.page, "#101318", "#0c0e12",
];

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  primaryColor: "accent",
  primaryShade: 7,
  colors: { accent, dark },
  defaultRadius: "sm",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  cursorType: "pointer",
  respectReducedMotion: true,
});

const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

function variables(tokens: Tokens): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(tokens)) {
    if (typeof value === "string") out[`--fc-${kebab(name)}`] = value;
  }
  return {
    ...out,
    "--mantine-color-body": tokens.page,
    "--mantine-color-text": tokens.text,
    "--mantine-color-dimmed": tokens.muted,
    "--mantine-color-placeholder": tokens.muted,
    "--mantine-color-anchor": tokens.accent,
    "--mantine-color-default": tokens.page,
    "--mantine-color-default-hover": tokens.hover,
    "--mantine-color-default-color": tokens.text,
    "--mantine-color-default-border": tokens.controlBorder,
    "--mantine-color-error": tokens.unfavourable,
    "--mantine-primary-color-filled": tokens.accentFill,
    "--mantine-primary-color-light": tokens.accentSoft,
    "--mantine-primary-color-light-color": tokens.accent,
  };
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: variables(TOKENS.light),
  dark: variables(TOKENS.dark),
});

export const tokensOf = (scheme: Theme): Tokens => TOKENS[scheme];
