/** Views of the run table that a person has given a name; each is an address, kept in this browser. */

export interface View {
  name: string;
  /** The part of the address behind the question mark. */
  search: string;
}

const PLACE = "roundhouse.views";

/** Read what an earlier visit wrote; anything else than views is left out. */
export function readViews(text: string | null): View[] {
  if (!text) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return [];
    return parsed.filter((one): one is View => typeof one?.name === "string" && typeof one?.search === "string");
  } catch {
    return [];
  }
}

class Views {
  list = $state.raw<View[]>(readViews(stored()));

  keep(name: string, search: string): void {
    const others = this.list.filter((view) => view.name !== name);
    this.write([...others, { name, search }].sort((a, b) => a.name.localeCompare(b.name)));
  }

  drop(name: string): void {
    this.write(this.list.filter((view) => view.name !== name));
  }

  private write(list: View[]): void {
    this.list = list;
    try {
      localStorage.setItem(PLACE, JSON.stringify(list));
    } catch {
      // Private windows may refuse storage; the views then last as long as the page.
    }
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null;
  }
}

export const views = new Views();
