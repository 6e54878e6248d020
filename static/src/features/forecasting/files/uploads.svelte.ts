/** Files on their way into a session: each with its progress, its refusal, or its retry. */
import { ApiError } from "../../../lib/api";
import type { Sender, Sending as Progress } from "../../../lib/upload";
import type { Direction } from "../wire";
import { EarlyReader, type Early } from "./early";
import { sendSeries } from "./send";

export interface Sending {
  key: number;
  direction: Direction;
  file: File;
  label: string;
  /** Null until the first news of it. */
  progress: Progress | null;
  sender: Sender<unknown> | null;
  refused: ApiError | null;
  /** What the bytes that are here say, while others are on their way. */
  early: Early | null;
}

let next = 1;

export class Uploads {
  list = $state.raw<readonly Sending[]>([]);

  constructor(
    private readonly session: () => string,
    /** What the server calls the session that uploads are for: they end with it. */
    private readonly subject: () => string,
    private readonly arrived: () => Promise<void>,
  ) {}

  of(direction: Direction): Sending[] {
    return this.list.filter((one) => one.direction === direction);
  }

  add(direction: Direction, files: Iterable<File>): void {
    for (const file of files) void this.send(direction, file, file.name.replace(/\.[^.]+$/, ""));
  }

  again(one: Sending): void {
    this.drop(one.key);
    void this.send(one.direction, one.file, one.label);
  }

  drop(key: number): void {
    this.list = this.list.filter((one) => one.key !== key);
  }

  private async send(direction: Direction, file: File, label: string): Promise<void> {
    const key = next++;
    this.list = [
      ...this.list,
      { key, direction, file, label, progress: null, sender: null, refused: null, early: null },
    ];
    const reader = new EarlyReader((early) => this.change(key, { early }));
    const fields = { sessionId: this.session(), type: direction, bezeichnung: label, skalierung: "ja" };
    try {
      const sender = sendSeries(
        file,
        fields,
        (progress) => {
          this.change(key, { progress });
          reader.follow(progress);
        },
        this.subject(),
      );
      this.change(key, { sender });
      await sender.done;
      await this.arrived();
      this.drop(key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "aborted") this.drop(key);
      else this.change(key, { refused: error });
    }
  }

  private change(key: number, part: Partial<Sending>): void {
    this.list = this.list.map((one) => (one.key === key ? { ...one, ...part } : one));
  }
}
