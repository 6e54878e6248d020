/** What the palette can do: the same everywhere, plus what the open page adds. */
import { untrack } from "svelte";
import { overlays } from "./overlays.svelte";
import { prefs } from "./prefs.svelte";
import { router } from "./router.svelte";
import { session } from "./session.svelte";

export interface Command {
  label: string;
  hint?: string;
  run: () => void;
}

const added = $state<{ list: Command[] }>({ list: [] });

/** Offer commands until the returned function is called. */
export function offer(list: Command[]): () => void {
  untrack(() => (added.list = [...list, ...added.list]));
  const labels = new Set(list.map((command) => command.label));
  return () => (added.list = added.list.filter((command) => !labels.has(command.label)));
}

const page = (label: string, path: string, hint = ""): Command => ({
  label,
  hint,
  run: () => router.go(path),
});

export function commands(): Command[] {
  const everywhere: Command[] = [
    page("Go to home", "/", "g h"),
    page("Go to runs", "/runs", "g r"),
    page("Go to analytics", "/analytics", "g a"),
    page("Go to federations", "/federations", "g f"),
    page("Go to data", "/datasets", "g d"),
    page("Go to account", "/account"),
    page("Go to system", "/system"),
    { label: "Toggle theme", run: () => prefs.toggleTheme() },
    { label: "Show all keys", hint: "?", run: () => setTimeout(() => overlays.open("keys")) },
    { label: "Sign out", run: () => void session.signOut() },
  ];
  const start = session.canTrain ? [page("Start a new run", "/new", "g n")] : [];
  const admin = session.isAdmin ? [page("Go to users", "/users"), page("Go to audit log", "/audit")] : [];
  return [...added.list, ...start, ...everywhere, ...admin];
}
