/**
 * Sending files so that no byte is lost or sent twice: by tus, in pieces, resumed after a pause, a
 * reload or a restart, and not at all where the server has the same bytes already.
 */
import { Upload as TusUpload, type DetailedError } from "tus-js-client";
import { ApiError, get, newKey, parse, post, request, toError } from "./api";
import { t } from "./i18n";
import type { UploadRow } from "./types";

const ENDPOINT = "/api/uploads";
const KNOWN = `${ENDPOINT}/known`;
const PIECE = 64 << 20; // bytes of one request: proxies refuse endless ones
/** Ten minutes: a server that starts again, a disk that is cleaned up, a train in a tunnel. */
const RETRIES = [0, 500, 1000, 2000, 4000, ...Array<number>(60).fill(10_000)];
const GONE = new Set([404, 409, 410]);

export type Phase = "looking" | "sending" | "paused" | "waiting" | "reading";

/** How far a file is. `from` bytes were there when sending began at `since`. */
export interface Sending {
  name: string;
  phase: Phase;
  sent: number;
  total: number;
  from: number;
  since: number;
  known: boolean;
  /** The id of the upload on the server, once there is one. */
  upload?: string;
}

export interface Sender<T> {
  done: Promise<T>;
  pause: () => void;
  resume: () => void;
  /** Give up, here and on the server. */
  cancel: () => void;
  /** Leave it as it is: choosing the same file again goes on from here. */
  leave: () => void;
}

/** Uploads of files that were sent on this page; a file may be refused and then be read otherwise. */
const finished = new WeakMap<File, string>();

const aborted = (): ApiError => new ApiError(0, "aborted", t("lib.upload_cancelled"));

/** What went wrong, as every other request says it. */
export function errorOf(error: Error | DetailedError): ApiError {
  const answer = "originalResponse" in error ? error.originalResponse : null;
  if (answer) return toError(answer.getStatus(), parse(answer.getBody()));
  return new ApiError(0, "offline", t("lib.the_upload_was_interrupted_the_server"));
}

/** Whether sending goes on by itself: after cuts, locks, full disks and a server that was away. */
export function isPassing(status: number): boolean {
  return status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
}

function hashBeside(file: File, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<string> {
  const worker = new Worker(new URL("./sha256.worker.ts", import.meta.url), { type: "module" });
  return new Promise<string>((resolve) => {
    worker.onmessage = (event: MessageEvent<number | string>) => {
      if (typeof event.data === "number") onProgress(event.data);
      else resolve(event.data);
    };
    worker.onerror = () => resolve("");
    signal.addEventListener("abort", () => resolve(""));
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}

const idOf = (tus: TusUpload): string => (tus.url ?? "").split("/").pop() ?? "";

class FileSender<T> implements Sender<T> {
  readonly done: Promise<T>;
  private readonly stopped = new AbortController();
  private tus: TusUpload | null = null;
  private fail: (error: ApiError) => void = () => {};
  private state: Sending;

  constructor(
    private readonly path: string,
    private readonly file: File,
    private readonly fields: FormData,
    private readonly onChange: (state: Sending) => void,
    private readonly purpose: string,
  ) {
    const begun = { phase: "looking" as const, sent: 0, total: file.size, from: 0, known: false };
    this.state = { name: file.name, since: performance.now(), ...begun };
    const stops = new Promise<never>((_, reject) => (this.fail = reject));
    this.done = Promise.race([stops, this.run()]);
  }

  pause = (): void => {
    if (this.state.phase !== "sending" && this.state.phase !== "waiting") return;
    void this.tus?.abort();
    this.change({ phase: "paused" });
  };
  resume = (): void => {
    if (this.state.phase !== "paused") return;
    this.change({ phase: "sending", from: this.state.sent, since: performance.now() });
    this.tus?.start();
  };
  cancel = (): void => this.stop(true);
  leave = (): void => this.stop(false);

  private stop(forget: boolean): void {
    if (this.stopped.signal.aborted) return;
    this.stopped.abort();
    void this.tus?.abort(forget && this.state.phase !== "reading").catch(() => {}); // it expires by itself
    this.fail(aborted());
  }

  private change(state: Partial<Sending>): void {
    this.state = { ...this.state, ...state };
    if (!this.stopped.signal.aborted) this.onChange(this.state);
  }

  private async run(): Promise<T> {
    this.onChange(this.state);
    const before = finished.get(this.file) ?? (await this.known());
    if (before !== null) {
      try {
        return await this.use(before);
      } catch (error) {
        if (!(error instanceof ApiError && GONE.has(error.status))) throw error;
        finished.delete(this.file); // used, or expired: send it again
        this.change({ known: false });
      }
    }
    return this.use(await this.send());
  }

  private async use(id: string): Promise<T> {
    finished.set(this.file, id);
    this.change({ phase: "reading", sent: this.file.size });
    const form = new FormData();
    for (const [name, value] of this.fields) form.append(name, value);
    form.set("upload_id", id);
    return request<T>(this.path, { method: "POST", form, creates: newKey(), signal: this.stopped.signal });
  }

  /** The id of an upload with these bytes, if they are here; a file of another length is not hashed. */
  private async known(): Promise<string | null> {
    try {
      const { items } = await get<{ items: UploadRow[] }>(ENDPOINT, { limit: 100 }, this.stopped.signal);
      if (!items.some((one) => one.state !== "receiving" && one.length === this.file.size)) return null;
      const sha256 = await hashBeside(this.file, (sent) => this.change({ sent }), this.stopped.signal);
      if (!sha256) return null;
      // a question with an answer: creating from bytes that are not here is an error, which browsers report
      const { upload: here } = await get<{ upload: UploadRow | null }>(KNOWN, { sha256 }, this.stopped.signal);
      if (here === null) return null;
      const upload = await post<UploadRow>(KNOWN, { sha256, filename: this.file.name });
      this.change({ known: true });
      return upload.id;
    } catch (error) {
      if (this.stopped.signal.aborted) throw aborted();
      if (error instanceof ApiError) return null;
      throw error;
    } finally {
      this.change({ sent: 0 });
    }
  }

  /** What the server hears before the first byte: without room for it, it refuses then. */
  private announcement(): Record<string, string> {
    const session = this.fields.get("sessionId");
    return {
      filename: this.file.name,
      purpose: this.purpose.slice(0, 50),
      ...(typeof session === "string" ? { sessionId: session } : {}),
    };
  }

  private send(): Promise<string> {
    return new Promise((resolve, reject) => {
      const tus = new TusUpload(this.file, {
        endpoint: ENDPOINT,
        headers: { "X-Roundhouse": "1" },
        metadata: this.announcement(),
        chunkSize: PIECE,
        retryDelays: RETRIES,
        removeFingerprintOnSuccess: true,
        onShouldRetry: (error) => {
          const passing = isPassing(error.originalResponse?.getStatus() ?? 0);
          if (passing && this.state.phase !== "paused") this.change({ phase: "waiting" });
          return passing;
        },
        onProgress: (sent) => {
          if (this.state.phase === "paused") return;
          const first = this.state.phase !== "sending";
          this.change({ phase: "sending", sent, ...(first ? { from: sent, since: performance.now() } : {}) });
        },
        onUploadUrlAvailable: () => this.change({ upload: idOf(tus) }),
        onError: (error) => reject(errorOf(error)),
        onSuccess: () => resolve(idOf(tus)),
      });
      this.tus = tus;
      void tus.findPreviousUploads().then((previous) => {
        if (this.stopped.signal.aborted) return;
        if (previous[0]) tus.resumeFromPreviousUpload(previous[0]);
        this.change({ phase: "sending", since: performance.now() });
        tus.start();
      });
    });
  }
}

/** Send a file, then the form that uses it to `path`; `onChange` hears how far it is. `purpose` says what it is for. */
export function sendFile<T>(
  path: string,
  file: File,
  fields: FormData,
  onChange: (state: Sending) => void,
  purpose = path,
): Sender<T> {
  return new FileSender<T>(path, file, fields, onChange, purpose);
}

/** Bytes per second since sending began, null until that says something. */
export function rateOf(state: Sending, now: number): number | null {
  const seconds = (now - state.since) / 1000;
  const sent = state.sent - state.from;
  return state.phase === "sending" && seconds > 0.3 && sent > 0 ? sent / seconds : null;
}
