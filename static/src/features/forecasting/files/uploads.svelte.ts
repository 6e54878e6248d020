/** Files on their way into a session: each with its progress, its refusal, or its retry. */
import { ApiError, download, upload, type Upload } from "../../../lib/api";
import { notices } from "../../../lib/notices.svelte";
import { BASE, type Direction, type SeriesFile } from "../wire";

export interface Sending {
  key: number;
  direction: Direction;
  file: File;
  label: string;
  sent: number;
  /** Milliseconds since the page was loaded, for the rate. */
  since: number;
  refused: ApiError | null;
}

let next = 1;

export class Uploads {
  list = $state.raw<readonly Sending[]>([]);
  private readonly running = new Map<number, Upload<unknown>>();

  constructor(
    private readonly session: () => string,
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
    this.running.get(key)?.cancel();
    this.list = this.list.filter((one) => one.key !== key);
  }

  private async send(direction: Direction, file: File, label: string, more: Record<string, string>): Promise<void> {
    const key = next++;
    const begun = { key, direction, file, label, sent: 0, since: performance.now(), refused: null };
    this.list = [...this.list, begun];
    const form = new FormData();
    form.set("file", file, file.name);
    const fields = { sessionId: this.session(), type: direction, bezeichnung: label, skalierung: "ja", ...more };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const wire = upload(`${BASE}/csv-files`, form, (sent) => this.change(key, { sent }));
    this.running.set(key, wire);
    try {
      await wire.done;
      await this.arrived();
      this.list = this.list.filter((one) => one.key !== key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code !== "aborted") this.change(key, { refused: error });
    }
    this.running.delete(key);
  }

  private change(key: number, part: Partial<Sending>): void {
    this.list = this.list.map((one) => (one.key === key ? { ...one, ...part } : one));
  }
}
