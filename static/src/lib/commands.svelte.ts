/** What the palette can do: the same everywhere, plus what the open page adds. */
import { t } from "./i18n";
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
    page(t("common.go_to_home"), "/", "g h"),
    page(t("common.go_to_runs"), "/runs", "g r"),
    page(t("common.go_to_analytics"), "/analytics", "g a"),
    page(t("common.go_to_federations"), "/federations", "g f"),
    page(t("common.go_to_data"), "/datasets", "g d"),
    page(t("lib.go_to_account"), "/account"),
    page(t("lib.go_to_system"), "/system"),
    { label: t("lib.toggle_theme"), run: () => prefs.toggleTheme() },
    { label: t("common.show_all_keys"), hint: "?", run: () => setTimeout(() => overlays.open("keys")) },
    { label: t("common.sign_out"), run: () => void session.signOut() },
  ];
  const start = session.canTrain ? [page(t("lib.start_a_new_run"), "/new", "g n")] : [];
  const admin = session.isAdmin ? [page(t("lib.go_to_users"), "/users"), page(t("lib.go_to_audit_log"), "/audit")] : [];
  return [...added.list, ...start, ...everywhere, ...admin];
}
