/** The keys of the inbox: they press the buttons of the card that has the focus. */
import { t } from "../../lib/i18n";
import type { Shortcut } from "../../lib/keys.svelte";

const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-incident]")];
const at = (): number => cards().findIndex((card) => card.contains(document.activeElement));

function move(step: number): void {
  const all = cards();
  const place = Math.min(Math.max(at() + step, 0), all.length - 1);
  all[place]?.focus();
}

function press(selector: string): void {
  cards()[at()]?.querySelector<HTMLElement>(selector)?.click();
}

export const incidentKeys = (): Shortcut[] => [
  { keys: "j", label: t("inbox.key_next"), run: () => move(1) },
  { keys: "k", label: t("inbox.key_previous"), run: () => move(-1) },
  { keys: "x", label: t("inbox.key_select"), run: () => press("input[type=checkbox]") },
  { keys: "a", label: t("inbox.key_acknowledge"), run: () => press("[data-act=acknowledge]") },
  { keys: "r", label: t("inbox.key_retry"), run: () => press("[data-act=retry]") },
  { keys: "o", label: t("inbox.key_open"), run: () => press("[data-act=open]") },
];
