/** What is known of a file while it is still being sent: read again each time that much more of it is there. */
import { get } from "../../../lib/api";
import type { Sending } from "../../../lib/upload";
import { BASE, type Reading, type SeriesFile } from "../wire";

export interface Early {
  received: number;
  length: number | null;
  read: number;
  status: string;
  reading: Reading;
  series: { name: string; fields: Partial<SeriesFile> }[];
}

/** Bytes before the first reading; smaller files are read as soon as they are here. */
const FIRST = 256 << 10;
const GROWTH = 4;
/** The server reads no more than this of a file that is being sent. */
const MOST = 64 << 20;

export class EarlyReader {
  private next = FIRST;
  private busy = false;

  constructor(private readonly hear: (early: Early) => void) {}

  /** Look at how far the file is; a reading that cannot be is left out, as the whole file is read later. */
  follow({ upload, phase, sent, total }: Sending): void {
    if (!upload || phase !== "sending" || sent >= total) return;
    if (this.busy || sent < this.next || this.next > GROWTH * MOST) return;
    this.busy = true;
    void get<Early>(`${BASE}/uploads/${upload}/reading`)
      .then(
        (early) => {
          if (!early.read) return void (this.next = sent + FIRST);
          this.next = Math.max(early.received, this.next) * GROWTH;
          this.hear(early);
        },
        () => (this.next = Math.max(sent, this.next) * 2),
      )
      .finally(() => (this.busy = false));
  }
}

/** A series so far in the form of a file that is here. */
export function soFar(early: Early, place: number, name: string): SeriesFile {
  const { fields, name: own } = early.series[place]!;
  const bezeichnung = place ? own : name;
  return { ...fields, bezeichnung, file_name: name, reading: early.reading, importOptions: {} } as SeriesFile;
}
