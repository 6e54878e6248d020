/** One page of a list in the order that the server gives it, fetched again while somebody looks. */
import { onMount } from "svelte";
import { get } from "./api";
import { router } from "./router.svelte";

export class Paged<T> {
  readonly limit = 50;
  list = $state.raw<{ items: T[]; total: number } | null>(null);
  failure = $state.raw<unknown>(null);
  readonly offset = $derived(Math.max(0, Number(router.query.get("offset") ?? 0) || 0));

  /** To be called while a page is set up: it ends with the page. */
  constructor(
    private readonly path: string,
    every: number,
  ) {
    $effect(() => {
      void this.offset;
      void this.load();
    });
    onMount(() => {
      const timer = setInterval(() => document.hidden || void this.load(), every);
      return () => clearInterval(timer);
    });
  }

  async load(): Promise<void> {
    try {
      this.list = await get(this.path, { limit: this.limit, offset: this.offset });
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
  }
}
