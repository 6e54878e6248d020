/** Keyboard: one registry, so that the `?` sheet always shows what really works. */
import { untrack } from "svelte";
import { prefs } from "./prefs.svelte";

export interface Shortcut {
  keys: string;
  label: string;
  run: () => void;
}

const shown = $state<{ list: Shortcut[] }>({ list: [] });
let armed = "";
let disarm: ReturnType<typeof setTimeout> | undefined;

/** Make shortcuts work until the returned function is called. */
export function bind(shortcuts: Shortcut[]): () => void {
  untrack(() => (shown.list = [...shown.list, ...shortcuts]));
  const added = new Set(shortcuts.map((shortcut) => shortcut.keys));
  return () => (shown.list = shown.list.filter((shortcut) => !added.has(shortcut.keys)));
}

export const shortcuts = (): Shortcut[] => shown.list;

/** A field of a dialog that has just closed keeps the focus until the page is drawn again. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement) || !target.checkVisibility()) return false;
  if (target instanceof HTMLInputElement && target.type === "checkbox") return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Run the newest shortcut that fits; `g` waits a moment for its second key. */
export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
  if (!prefs.singleKeys || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const typed = armed ? `${armed} ${event.key}` : event.key;
  armed = "";
  clearTimeout(disarm);
  const hit = shown.list.findLast((shortcut) => shortcut.keys === typed);
  if (hit) {
    event.preventDefault();
    hit.run();
  } else if (shown.list.some((shortcut) => shortcut.keys.startsWith(`${event.key} `))) {
    armed = event.key;
    disarm = setTimeout(() => (armed = ""), 1_200);
  }
}
