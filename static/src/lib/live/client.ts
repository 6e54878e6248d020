/** One socket for the page: subscribes with the last seq, pages what was missed, watches the beat. */
import { translated } from "../i18n";
import {
  interrupt,
  openStream,
  receiveLive,
  receivePage,
  skipHole,
  type LiveEvent,
  type Page,
  type Step,
  type Stream,
} from "./stream";

/** The part of a socket.io client that is used here. */
export interface Wire {
  connected: boolean;
  on(name: string, listener: (...args: never[]) => void): unknown;
  emit(name: string, ...args: unknown[]): unknown;
  timeout(milliseconds: number): { emit(name: string, ...args: unknown[]): unknown };
  connect(): unknown;
  disconnect(): unknown;
}

export type FetchPage = (topic: string, after: number) => Promise<Page>;
export type Deliver = (events: LiveEvent[], caughtUp: boolean) => void;
export type Phase = "connecting" | "live" | "stale";

export interface Pulse {
  phase: Phase;
  /** When anything was last heard from the server, in milliseconds since 1970; 0 is never. */
  heardAt: number;
  /** Events that came right after the latest standstill. */
  caughtUp: number;
}

interface Topic {
  stream: Stream;
  deliver: Deliver;
  onError: (detail: string) => void;
  busy: boolean;
}

const STALE_AFTER = 5_000;
const CUT_AFTER = 12_000;
const RETRY = 1_000;
const HOLE_RETRY = 200;
/** Events this soon after a standstill are those that happened in it. */
const CATCH_UP = 2_000;
/** Empty answers in a row after which a hole is counted as missing instead of asked for again. */
const PATIENCE = 10;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Answer extends Partial<Page> {
  error?: { code: string; detail: string };
}

export class LiveClient {
  private readonly topics = new Map<string, Topic>();
  private heardAt = 0;
  private phase: Phase = "connecting";
  private caughtUp = 0;
  private catchingUntil = 0;
  private readonly openedAt: number;

  constructor(
    private readonly wire: Wire,
    private readonly fetchPage: FetchPage,
    private readonly onPulse: (pulse: Pulse) => void,
    private readonly onRefused: () => void = () => {},
    private readonly now: () => number = Date.now,
  ) {
    this.openedAt = now();
    wire.on("connect", () => this.connected());
    wire.on("disconnect", ((reason: string) => this.cut(reason)) as never);
    wire.on("connect_error", (() => this.refused()) as never);
    wire.on("heartbeat", () => this.heard());
    wire.on("event", ((event: LiveEvent) => this.arrived(event)) as never);
  }

  /** Follow a topic from a seq on; returns the way to stop. */
  follow(name: string, deliver: Deliver, after = 0, onError = (_: string): void => {}): () => void {
    const topic: Topic = { stream: openStream(after), deliver, onError, busy: false };
    this.topics.set(name, topic);
    if (this.wire.connected) this.subscribe(name, topic);
    return () => {
      if (this.topics.get(name) !== topic) return;
      this.topics.delete(name);
      if (this.wire.connected) this.wire.emit("unsubscribe", { topic: name });
    };
  }

  lastSeq(name: string): number {
    return this.topics.get(name)?.stream.last ?? 0;
  }

  /** Called every second: says stale after five silent seconds, and starts again after twelve. */
  tick(): void {
    const silent = this.now() - (this.heardAt || this.openedAt);
    if (this.phase !== "stale" && silent > STALE_AFTER) this.setPhase("stale");
    if (this.wire.connected && this.heardAt > 0 && silent > CUT_AFTER) {
      this.heardAt = this.now() - STALE_AFTER;
      this.wire.disconnect();
      this.wire.connect();
    }
  }

  private connected(): void {
    this.heard();
    for (const [name, topic] of this.topics) {
      topic.stream = interrupt(topic.stream);
      topic.busy = false;
      this.subscribe(name, topic);
    }
  }

  private cut(reason: string): void {
    if (reason === "io server disconnect") {
      this.onRefused();
      setTimeout(() => this.wire.connect(), RETRY);
    }
  }

  private refused(): void {
    this.onRefused();
  }

  private heard(): void {
    this.heardAt = this.now();
    if (this.wire.connected && this.phase !== "live") this.setPhase("live");
    else this.tell();
  }

  private setPhase(phase: Phase): void {
    if (this.phase === "stale" && phase === "live") {
      this.caughtUp = 0;
      this.catchingUntil = this.now() + CATCH_UP;
    }
    this.phase = phase;
    this.tell();
  }

  private tell(): void {
    this.onPulse({ phase: this.phase, heardAt: this.heardAt, caughtUp: this.caughtUp });
  }

  private arrived(event: LiveEvent): void {
    this.heard();
    const topic = this.topics.get(event.topic);
    if (!topic) return;
    this.apply(topic, receiveLive(topic.stream, event));
    if (topic.stream.need === "page") void this.fill(event.topic, topic);
  }

  private subscribe(name: string, topic: Topic): void {
    topic.busy = true;
    const after = topic.stream.last;
    this.wire.timeout(8_000).emit("subscribe", { topic: name, after }, (failure: unknown, answer?: Answer) => {
      if (this.topics.get(name) !== topic) return;
      topic.busy = false;
      if (failure) this.later(() => this.resubscribe(name, topic));
      else if (answer?.error) topic.onError(translated(answer.error.detail));
      else this.replayed(name, topic, answer as Page);
    });
  }

  private resubscribe(name: string, topic: Topic): void {
    if (this.topics.get(name) === topic && this.wire.connected && !topic.busy) {
      this.subscribe(name, topic);
    }
  }

  private replayed(name: string, topic: Topic, page: Page): void {
    this.heard();
    this.apply(topic, receivePage(topic.stream, page));
    if (topic.stream.need === "page") void this.fill(name, topic);
  }

  /** Fetch pages until the stream has no hole; one at a time per topic. */
  private async fill(name: string, topic: Topic): Promise<void> {
    if (topic.busy) return;
    topic.busy = true;
    let futile = 0;
    try {
      while (topic.stream.need === "page" && this.topics.get(name) === topic) {
        const page = await this.fetchPage(name, topic.stream.last);
        if (this.topics.get(name) !== topic) return;
        futile = page.events.length || page.more ? 0 : futile + 1;
        this.apply(topic, receivePage(topic.stream, page));
        if (futile >= PATIENCE) this.apply(topic, skipHole(topic.stream));
        else if (futile && topic.stream.need === "page") await pause(HOLE_RETRY);
      }
    } catch {
      this.later(() => void this.fill(name, topic));
    } finally {
      topic.busy = false;
    }
  }

  private later(action: () => void): void {
    setTimeout(action, RETRY);
  }

  private apply(topic: Topic, step: Step): void {
    const caughtUp = step.stream.need === "nothing";
    const wasBehind = topic.stream.need === "page";
    topic.stream = step.stream;
    if (step.deliver.length && this.now() < this.catchingUntil) {
      this.caughtUp += step.deliver.length;
      this.tell();
    }
    if (step.deliver.length || (wasBehind && caughtUp)) topic.deliver(step.deliver, caughtUp);
  }
}
