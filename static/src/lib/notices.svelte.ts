/** Short messages at the edge of the screen, with undo where something can be taken back. */

export interface Notice {
  id: number;
  tone: "info" | "good" | "bad";
  text: string;
  undo?: () => void;
  until: number;
}

let nextId = 1;

class Notices {
  list = $state.raw<Notice[]>([]);

  say(text: string, tone: Notice["tone"] = "info", seconds = 6): number {
    return this.add({ tone, text }, seconds);
  }

  bad(error: unknown): void {
    this.say(error instanceof Error ? error.message : String(error), "bad", 10);
  }

  /** Say what was done and let it be taken back for ten seconds. */
  offer(text: string, undo: () => void): void {
    const id = this.add({ tone: "good", text, undo: () => (this.drop(id), undo()) }, 10);
  }

  /** Do something in ten seconds, or when the page is left, unless it is taken back before. */
  inTenSeconds(text: string, action: () => void, onUndo: () => void = () => {}): () => void {
    const settle = (): void => {
      clearTimeout(timer);
      removeEventListener("pagehide", act);
    };
    const act = (): void => {
      settle();
      action();
    };
    const timer = setTimeout(act, 10_000);
    addEventListener("pagehide", act);
    const undo = (): void => {
      settle();
      this.drop(id);
      onUndo();
    };
    const id = this.add({ tone: "info", text, undo }, 10);
    return undo;
  }

  drop(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  private add(notice: Omit<Notice, "id" | "until">, seconds: number): number {
    const id = nextId++;
    this.list = [...this.list, { ...notice, id, until: Date.now() + seconds * 1000 }];
    setTimeout(() => this.drop(id), seconds * 1000);
    return id;
  }
}

export const notices = new Notices();
