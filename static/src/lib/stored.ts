/** What this browser keeps between visits, where it may. */

export function read(name: string): string | null {
  try {
    return localStorage.getItem(`roundhouse.${name}`);
  } catch {
    return null;
  }
}

export function write(name: string, value: string): void {
  try {
    localStorage.setItem(`roundhouse.${name}`, value);
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}
