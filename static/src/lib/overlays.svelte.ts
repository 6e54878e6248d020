/** Which dialog is open; one at a time. */

type Overlay = "palette" | "keys" | "create";

class Overlays {
  current = $state<Overlay | null>(null);

  open(which: Overlay): void {
    this.current = which;
  }

  close(): void {
    this.current = null;
  }

  /** Close at the key itself: a dialog's own close event comes a turn later, after the next key. */
  escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.close();
  };
}

export const overlays = new Overlays();
