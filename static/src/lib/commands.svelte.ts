/** What the open page adds to the palette. */
import { untrack } from "svelte";

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

export const commandsHere = (): Command[] => added.list;
