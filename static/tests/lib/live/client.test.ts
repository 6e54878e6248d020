import { beforeEach, describe, expect, test } from "vitest";
import { LiveClient, type Pulse, type Wire } from "../../../src/lib/live/client";
import type { LiveEvent, Page } from "../../../src/lib/live/stream";

type Ack = (failure: unknown, answer?: unknown) => void;

/** A socket that says nothing by itself: tests play the server. */
class FakeWire implements Wire {
  connected = false;
  sent: { name: string; args: unknown[] }[] = [];
  private readonly listeners = new Map<string, ((...args: never[]) => void)[]>();

  on(name: string, listener: (...args: never[]) => void): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }
  emit(name: string, ...args: unknown[]): void {
    this.sent.push({ name, args });
  }
  timeout(): { emit(name: string, ...args: unknown[]): void } {
    return this;
  }
  connect(): void {
    this.connected = true;
    this.say("connect");
  }
  disconnect(): void {
    this.connected = false;
    this.say("disconnect", "io client disconnect");
  }
  say(name: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(name) ?? []) listener(...(args as never[]));
  }
  asked(): { topic: string; after: number } {
    return this.sent.findLast((one) => one.name === "subscribe")!.args[0] as { topic: string; after: number };
  }
  answer(page: Partial<Page> | { error: { code: string; detail: string } }): void {
    (this.sent.findLast((one) => one.name === "subscribe")!.args[1] as Ack)(null, page);
  }
}

const event = (seq: number): LiveEvent => ({ topic: "run:1", seq, type: "log", at: "", data: {} });
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("the live client", () => {
  let wire: FakeWire;
  let client: LiveClient;
  let clock: number;
  let pulse: Pulse;
  let got: number[];
  let pages: Record<number, Page>;

  beforeEach(() => {
    wire = new FakeWire();
    clock = 1_000_000;
    got = [];
    pages = {};
    client = new LiveClient(
      wire,
      async (_, after) => pages[after] ?? { events: [], last_seq: after, more: false },
      (next) => (pulse = next),
      () => {},
      () => clock,
    );
    client.follow("run:1", (events) => got.push(...events.map((one) => one.seq)));
    wire.connect();
  });

  test("pages the replay while there is more, then follows live", async () => {
    pages[2] = { events: [event(3), event(4)], last_seq: 4, more: false };
    wire.answer({ events: [event(1), event(2)], last_seq: 4, more: true });
    await settle();
    wire.say("event", event(5));
    expect(got).toEqual([1, 2, 3, 4, 5]);
  });

  test("fetches what a hole in the live events left out", async () => {
    wire.answer({ events: [event(1)], last_seq: 1, more: false });
    pages[1] = { events: [event(2)], last_seq: 3, more: false };
    wire.say("event", event(3));
    await settle();
    expect(got).toEqual([1, 2, 3]);
  });

  test("subscribes again after a cut with the last seq that it saw", () => {
    wire.answer({ events: [event(1), event(2)], last_seq: 2, more: false });
    wire.disconnect();
    clock += 6_000;
    client.tick();
    wire.connect();
    expect(wire.asked()).toEqual({ topic: "run:1", after: 2 });
    wire.answer({ events: [event(3), event(4)], last_seq: 4, more: false });
    expect(got).toEqual([1, 2, 3, 4]);
    expect(pulse.caughtUp).toBe(2);
  });

  test("turns stale after five silent seconds and live again with the next beat", () => {
    wire.say("heartbeat");
    expect(pulse.phase).toBe("live");
    clock += 5_001;
    client.tick();
    expect(pulse.phase).toBe("stale");
    expect(pulse.heardAt).toBe(1_000_000);
    wire.say("heartbeat");
    expect(pulse.phase).toBe("live");
  });

  test("says how much it caught up with after a standstill without a cut", () => {
    wire.answer({ events: [event(1)], last_seq: 1, more: false });
    clock += 6_000;
    client.tick();
    wire.say("event", event(2));
    wire.say("event", event(3));
    expect(pulse).toMatchObject({ phase: "live", caughtUp: 2 });
    clock += 3_000;
    wire.say("event", event(4));
    expect(pulse.caughtUp).toBe(2);
  });

  test("turns stale too when it never came to be connected", () => {
    let told: Pulse | null = null;
    const lonely = new LiveClient(
      new FakeWire(),
      async () => ({ events: [], last_seq: 0, more: false }),
      (next) => (told = next),
      () => {},
      () => clock,
    );
    clock += 5_001;
    lonely.tick();
    expect(told).toMatchObject({ phase: "stale", heardAt: 0 });
  });

  test("starts the connection anew when it is open but silent", () => {
    wire.answer({ events: [event(1)], last_seq: 1, more: false });
    const before = wire.sent.length;
    clock += 12_001;
    client.tick();
    expect(wire.sent.slice(before).map((one) => one.name)).toEqual(["subscribe"]);
    expect(wire.asked().after).toBe(1);
  });

  test("says why a topic was refused and delivers nothing", () => {
    const told: string[] = [];
    client.follow(
      "run:9",
      () => got.push(9),
      0,
      (detail) => told.push(detail),
    );
    wire.answer({ error: { code: "not_found", detail: "There is no such run." } });
    expect(told).toEqual(["There is no such run."]);
    expect(got).toEqual([]);
  });

  test("forgets a topic that is no longer followed", () => {
    const stop = client.follow("run:2", () => got.push(2));
    stop();
    wire.say("event", { ...event(1), topic: "run:2" });
    expect(wire.sent.at(-1)).toEqual({ name: "unsubscribe", args: [{ topic: "run:2" }] });
    expect(got).toEqual([]);
  });
});
