import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  interrupt,
  openStream,
  receiveLive,
  receivePage,
  skipHole,
  type LiveEvent,
  type Page,
  type Stream,
} from "../../../src/lib/live/stream";

const event = (seq: number, type = "round_end"): LiveEvent => ({
  topic: "run:1",
  seq,
  type,
  at: "2026-01-01T00:00:00+00:00",
  data: {},
});
const trimmed = (first: number, last: number): LiveEvent => ({
  ...event(last, "trimmed"),
  data: { first, last },
});
const page = (events: LiveEvent[], last_seq: number, more = false): Page => ({ events, last_seq, more });
const seqs = (events: LiveEvent[]): number[] => events.map((one) => one.seq);

/** A server that keeps all events and trims some of the old ones. */
class Server {
  constructor(
    readonly size: number,
    readonly gone: ReadonlySet<number>,
    readonly limit: number,
  ) {}

  answer(after: number, known: number): Page {
    const events: LiveEvent[] = [];
    let seq = after + 1;
    while (seq <= known && events.length < this.limit) {
      if (this.gone.has(seq)) {
        const first = seq;
        while (seq + 1 <= known && this.gone.has(seq + 1)) seq += 1;
        events.push(trimmed(first, seq));
      } else events.push(event(seq));
      seq += 1;
    }
    return page(events, known, seq <= known);
  }
}

describe("a live topic", () => {
  test("delivers events once and in order", () => {
    let stream = receivePage(openStream(), page([event(1), event(2)], 2)).stream;
    const first = receiveLive(stream, event(3));
    stream = first.stream;
    expect(seqs(first.deliver)).toEqual([3]);
    expect(receiveLive(stream, event(3)).deliver).toEqual([]);
    expect(receiveLive(stream, event(1)).deliver).toEqual([]);
  });

  test("asks for a page when an event is missing and holds what is ahead of the hole", () => {
    const opened = receivePage(openStream(), page([event(1)], 1)).stream;
    const ahead = receiveLive(opened, event(4));
    expect(ahead.deliver).toEqual([]);
    expect(ahead.stream.need).toBe("page");
    const filled = receivePage(ahead.stream, page([event(2), event(3)], 3));
    expect(seqs(filled.deliver)).toEqual([2, 3, 4]);
    expect(filled.stream.need).toBe("nothing");
  });

  test("goes on paging while there is more", () => {
    const step = receivePage(openStream(), page([event(1), event(2)], 9, true));
    expect(step.stream.need).toBe("page");
    expect(step.stream.last).toBe(2);
  });

  test("counts trimmed events as seen and does not deliver them", () => {
    const step = receivePage(openStream(), page([event(1), trimmed(2, 7), event(8)], 8));
    expect(seqs(step.deliver)).toEqual([1, 8]);
    expect(step.stream.last).toBe(8);
    expect(step.stream.missing).toBe(0);
  });

  test("holds live events between a cut and the page that closes it", () => {
    const opened = receivePage(openStream(), page([event(1)], 1)).stream;
    const cut = receiveLive(interrupt(opened), event(2));
    expect(cut.deliver).toEqual([]);
    expect(seqs(receivePage(cut.stream, page([], 1)).deliver)).toEqual([2]);
  });

  test("says how many events never came when it has to give up on a hole", () => {
    const opened = receivePage(openStream(), page([event(1)], 1)).stream;
    const ahead = receiveLive(receiveLive(opened, event(5)).stream, event(6)).stream;
    const skipped = skipHole(ahead);
    expect(seqs(skipped.deliver)).toEqual([5, 6]);
    expect(skipped.stream.missing).toBe(3);
    expect(skipped.stream.need).toBe("nothing");
  });

  test("starts after the seq it is told", () => {
    const step = receivePage(openStream(5), page([event(5), event(6)], 6));
    expect(seqs(step.deliver)).toEqual([6]);
  });
});

test("whatever is lost, doubled, reordered or cut, every event arrives exactly once", () => {
  const world = fc.record({
    size: fc.integer({ min: 1, max: 60 }),
    gone: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }),
    limit: fc.integer({ min: 1, max: 8 }),
    moves: fc.array(
      fc.record({
        kind: fc.constantFrom("send", "send", "lose", "double", "swap", "cut", "page"),
        pick: fc.nat(),
      }),
      { maxLength: 150 },
    ),
  });
  fc.assert(
    fc.property(world, ({ size, gone, limit, moves }) => {
      const server = new Server(size, new Set(gone.filter((seq) => seq <= size)), limit);
      let stream: Stream = openStream();
      let known = 0;
      const got: number[] = [];
      const apply = (step: { stream: Stream; deliver: LiveEvent[] }): void => {
        stream = step.stream;
        got.push(...seqs(step.deliver));
      };
      const next = (): LiveEvent | null => {
        if (known >= size) return null;
        known += 1;
        return server.gone.has(known) ? trimmed(known, known) : event(known);
      };
      for (const { kind, pick } of moves) {
        if (kind === "cut") stream = interrupt(stream);
        else if (kind === "page") apply(receivePage(stream, server.answer(stream.last, known)));
        else if (kind === "double" && known > 0) apply(receiveLive(stream, event((pick % known) + 1)));
        else {
          const one = next();
          if (!one || kind === "lose" || one.type === "trimmed") continue;
          const two = kind === "swap" ? next() : null;
          if (two && two.type !== "trimmed") apply(receiveLive(stream, two));
          apply(receiveLive(stream, one));
        }
      }
      known = size;
      for (let turns = 0; turns < size + 3; turns += 1) {
        apply(receivePage(stream, server.answer(stream.last, known)));
      }
      const wanted = Array.from({ length: size }, (_, index) => index + 1);
      expect(new Set(got).size).toBe(got.length);
      expect([...got].sort((a, b) => a - b)).toEqual(got);
      expect(stream.last).toBe(size);
      expect(stream.missing).toBe(0);
      expect(wanted.filter((seq) => !server.gone.has(seq) && !got.includes(seq))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
