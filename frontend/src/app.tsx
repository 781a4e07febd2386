import "./ui/styles/mantine";
import "./ui/styles/base.css";
import "./ui/styles/shell.css";
import "./ui/styles/controls.css";
import "./ui/styles/forms.css";
import "./ui/styles/table.css";
import "./ui/styles/editor.css";
import "./ui/styles/chart.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { makeQueryClient } from "./queryClient";
import { makeRouter } from "./router";
import { cssVariables, theme } from "./ui/theme";

const client = makeQueryClient(() => {
  const here = router.state.location;
  if (here.pathname === "/sign-in") return;
  void router.navigate({ to: "/sign-in", search: here.href === "/" ? {} : { next: here.href } });
});
const router = makeRouter(client);

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
