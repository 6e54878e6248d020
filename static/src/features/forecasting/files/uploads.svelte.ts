/** Files on their way into a session: each with its progress, its refusal, or its retry. */
import { ApiError, download } from "../../../lib/api";
import { notices } from "../../../lib/notices.svelte";
import type { Sender, Sending as Progress } from "../../../lib/upload";
import { BASE, type Direction, type SeriesFile } from "../wire";
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
    for (const file of files) void this.send(direction, file, file.name.replace(/\.[^.]+$/, ""), {});
  }

  /** The same series is forecast: its bytes become an output, too. */
  async alsoAsOutput(file: SeriesFile): Promise<void> {
    try {
      const bytes = await download(`${BASE}/csv-files/${file.id}/content`);
      const copy = new File([bytes], file.file_name, { type: "text/csv" });
      const options: Record<string, string> = Object.keys(file.importOptions).length
        ? { importOptions: JSON.stringify(file.importOptions) }
        : {};
      await this.send("output", copy, file.bezeichnung, options);
    } catch (error) {
      notices.bad(error);
    }
  }

  again(one: Sending): void {
    this.drop(one.key);
    void this.send(one.direction, one.file, one.label, {});
  }

  drop(key: number): void {
    this.list = this.list.filter((one) => one.key !== key);
  }

  private async send(direction: Direction, file: File, label: string, more: Record<string, string>): Promise<void> {
    const key = next++;
    this.list = [...this.list, { key, direction, file, label, progress: null, sender: null, refused: null }];
    const fields = { sessionId: this.session(), type: direction, bezeichnung: label, skalierung: "ja", ...more };
    try {
      const sender = await sendSeries(file, fields, (progress) => this.change(key, { progress }), this.subject());
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
