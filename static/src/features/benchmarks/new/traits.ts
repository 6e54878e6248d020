/** Traits by their category, in the order of the alphabet; those without one last. */
import type { Trait } from "../wire";

export interface TraitGroup {
  category: string;
  traits: Trait[];
}

const NONE = "Unknown";

export function categoriesOf(traits: readonly Trait[]): TraitGroup[] {
  const groups = new Map<string, Trait[]>();
  for (const trait of traits) {
    const category = trait.category || NONE;
    groups.set(category, [...(groups.get(category) ?? []), trait]);
  }
  const rank = (name: string): string => (name === NONE ? "1" : `0${name}`);
  return [...groups]
    .map(([category, members]) => ({ category, traits: members }))
    .sort((a, b) => rank(a.category).localeCompare(rank(b.category)));
}
