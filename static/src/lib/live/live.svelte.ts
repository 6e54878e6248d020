/** The page's one live connection as reactive state, for the banner, the title and the pages. */
import { io } from "socket.io-client";
import { get } from "../api";
import { LiveClient, type Deliver, type Pulse, type Wire } from "./client";
import { News } from "./news";
import type { Page } from "./stream";

class Live {
  pulse = $state.raw<Pulse>({ phase: "connecting", heardAt: 0, caughtUp: 0 });
  now = $state(Date.now());
  private client: LiveClient | null = null;
  private wire: ReturnType<typeof io> | null = null;
  private readonly news = new News((topic, onNews) => this.startNews(topic, onNews));
  private timer: ReturnType<typeof setInterval> | undefined;

  /** Open the socket with the session's cookie; `onRefused` hears that it was not let in. */
  open(onRefused: () => void): void {
    if (this.client) return;
    this.wire = io({
      transports: ["websocket"],
      reconnectionDelay: 400,
      reconnectionDelayMax: 2_000,
      randomizationFactor: 0.3,
    });
    this.client = new LiveClient(
      this.wire as unknown as Wire,
      (topic, after) => get<Page>("/api/events", { topic, after, limit: 500 }),
      (pulse) => (this.pulse = pulse),
      onRefused,
    );
    this.timer = setInterval(() => this.tick(), 1_000);
  }

  close(): void {
    this.news.clear();
    clearInterval(this.timer);
    this.wire?.disconnect();
    this.client = null;
    this.wire = null;
    this.pulse = { phase: "connecting", heardAt: 0, caughtUp: 0 };
  }

  follow(topic: string, deliver: Deliver, after = 0, onError?: (detail: string) => void): () => void {
    return this.client?.follow(topic, deliver, after, onError) ?? (() => {});
  }

  /** Follow only what is still to come: the past of a person's topic may be long and is not shown. */
  followNews(topic: string, onNews: () => void): () => void {
    return this.news.follow(topic, onNews);
  }

  private startNews(topic: string, onNews: () => void): () => void {
    let stop: (() => void) | null = null;
    let stopped = false;
    get<Page>("/api/events", { topic, after: 0, limit: 1 })
      .then((page) => page.last_seq)
      .catch(() => 0)
      .then((last) => {
        if (!stopped) stop = this.follow(topic, (events) => events.length && onNews(), last);
      });
    return () => {
      stopped = true;
      stop?.();
    };
  }

  lastSeq(topic: string): number {
    return this.client?.lastSeq(topic) ?? 0;
  }

  private tick(): void {
    this.now = Date.now();
    this.client?.tick();
  }
}

export const live = new Live();
