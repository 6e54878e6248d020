/** One page of a list in the order that the server gives it, fetched again while somebody looks. */
import { onMount } from "svelte";
import { get } from "./api";
import { router } from "./router.svelte";
import { Latest } from "./latest";

export class Paged<T> {
  readonly limit = 50;
  private readonly answers = new Latest();
  list = $state.raw<{ items: T[]; total: number } | null>(null);
  failure = $state.raw<unknown>(null);
  private closed = false;
  readonly offset = $derived(Math.max(0, Number(router.query.get("offset") ?? 0) || 0));

  /** To be called while a page is set up: it ends with the page. */
  constructor(
    private readonly path: string,
    every: number,
  ) {
    $effect(() => {
      void this.offset;
      this.answers.changed();
      void this.load();
    });
    onMount(() => {
      const timer = setInterval(() => document.hidden || void this.load(), every);
      return () => {
        clearInterval(timer);
        this.closed = true;
      };
    });
  }

  /** Load again after a change: answers to earlier questions do not know of it. */
  async reload(): Promise<void> {
    this.answers.changed();
    await this.load();
  }

  async load(): Promise<void> {
    if (this.closed) return; // a change was made, and the page left before its answer
    const counts = this.answers.begin();
    try {
      const list = await get<{ items: T[]; total: number }>(this.path, { limit: this.limit, offset: this.offset });
      if (!counts()) return;
      this.list = list;
      this.failure = null;
    } catch (error) {
      if (counts()) this.failure = error;
    }
  }
}
