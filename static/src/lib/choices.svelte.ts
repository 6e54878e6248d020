/** What a person has chosen on the pages, kept by the server: the same in every browser. */
import { ApiError, get, request } from "./api";
import { notices } from "./notices.svelte";
import { session } from "./session.svelte";
import type { Choices } from "./types";

const NOTHING: Choices = { runs_columns: null, group_studies: null, charts: null };

class PersonalChoices {
  values = $state.raw<Choices>(NOTHING);
  /** Whose choices these are; until they are here, pages wait with what depends on them. */
  private owner = $state<number | null>(null);
  private loading: Promise<void> | null = null;
  private saving: Promise<unknown> = Promise.resolve();

  get ready(): boolean {
    return this.owner !== null && this.owner === session.user?.id;
  }

  load(): Promise<void> {
    const user = session.user?.id ?? null;
    if (this.ready || user === null) return Promise.resolve();
    this.loading ??= get<Choices>("/api/preferences")
      .catch(() => NOTHING) // a page without them is better than none
      .then((answer) => {
        this.values = answer;
        this.owner = user;
        this.loading = null;
      });
    return this.loading;
  }

  /** Show the choice at once; the server keeps one after the other, so that the last one stays. */
  choose(changes: Partial<Choices>): void {
    this.values = { ...this.values, ...changes };
    this.saving = this.saving
      .then(() => request("/api/preferences", { method: "PATCH", json: changes }))
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        notices.bad(error);
      });
  }
}

export const choices = new PersonalChoices();
