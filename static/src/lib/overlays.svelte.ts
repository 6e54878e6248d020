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
}

export const overlays = new Overlays();
