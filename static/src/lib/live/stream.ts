/**
 * The order of one topic's events, without a socket, a clock or a screen.
 *
 * The server numbers the events of a topic 1, 2, 3 … and may send one twice or, after a cut,
 * leave some out. This state hands each event on once and in order, and says when it has to
 * fetch: `need` is then "page", and live events wait until the pages have closed the hole.
 */

export interface LiveEvent {
  topic: string;
  seq: number;
  type: string;
  at: string;
  data: Record<string, unknown>;
}

export interface Page {
  events: LiveEvent[];
  last_seq: number;
  more: boolean;
  oldest_seq?: number | null;
}

export interface Stream {
  /** Every seq up to this one is seen: delivered, or trimmed by the server. */
  readonly last: number;
  /** Live events ahead of a hole, by seq. */
  readonly waiting: ReadonlyMap<number, LiveEvent>;
  readonly need: "nothing" | "page";
  /** Seqs that the server neither sent nor called trimmed; stays 0 while the server is right. */
  readonly missing: number;
}

export interface Step {
  stream: Stream;
  deliver: LiveEvent[];
}

export const TRIMMED = "trimmed";

export function openStream(after = 0): Stream {
  return { last: after, waiting: new Map(), need: "page", missing: 0 };
}

/** The connection was cut: what comes next is a page after the last seq that was seen. */
export function interrupt(stream: Stream): Stream {
  return { ...stream, need: "page" };
}

/** Drop an event seen before, deliver the next one, hold one that is ahead of a hole. */
export function receiveLive(stream: Stream, event: LiveEvent): Step {
  if (event.seq <= stream.last) return { stream, deliver: [] };
  if (stream.need === "nothing" && event.seq === stream.last + 1) {
    return { stream: { ...stream, last: event.seq }, deliver: [event] };
  }
  const waiting = new Map(stream.waiting).set(event.seq, event);
  return { stream: { ...stream, waiting, need: "page" }, deliver: [] };
}

/** Take a page of the replay; when it is the last one, take what waited behind it too. */
export function receivePage(stream: Stream, page: Page): Step {
  const paged = takeInOrder(stream, page.events);
  const drained = drain(paged.stream);
  const hole = drained.stream.waiting.size > 0;
  const need = page.more || hole ? "page" : "nothing";
  return {
    stream: { ...drained.stream, need },
    deliver: [...paged.deliver, ...drained.deliver],
  };
}

function range(event: LiveEvent): [number, number] {
  if (event.type !== TRIMMED) return [event.seq, event.seq];
  const { first, last } = event.data as { first?: number; last?: number };
  return [first ?? event.seq, last ?? event.seq];
}

function takeInOrder(stream: Stream, events: readonly LiveEvent[]): Step {
  const deliver: LiveEvent[] = [];
  let { last, missing } = stream;
  for (const event of [...events].sort((a, b) => range(a)[0] - range(b)[0])) {
    const [first, end] = range(event);
    if (end <= last) continue;
    missing += Math.max(0, first - last - 1);
    last = end;
    if (event.type !== TRIMMED) deliver.push(event);
  }
  return { stream: { ...stream, last, missing }, deliver };
}

function drain(stream: Stream): Step {
  const waiting = new Map(stream.waiting);
  const deliver: LiveEvent[] = [];
  let { last } = stream;
  for (const seq of [...waiting.keys()].sort((a, b) => a - b)) {
    if (seq <= last) waiting.delete(seq);
    else if (seq === last + 1) {
      deliver.push(waiting.get(seq)!);
      waiting.delete(seq);
      last = seq;
    } else break;
  }
  return { stream: { ...stream, last, waiting }, deliver };
}

/** Give up on a hole that the server cannot fill: count it as missing and go on behind it. */
export function skipHole(stream: Stream): Step {
  const waiting = [...stream.waiting.values()].sort((a, b) => a.seq - b.seq);
  const taken = takeInOrder({ ...stream, waiting: new Map() }, waiting);
  return { stream: { ...taken.stream, need: "nothing" }, deliver: taken.deliver };
}
