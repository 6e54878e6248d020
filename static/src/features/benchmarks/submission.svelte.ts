/** A small form on its way to the server: whether it waits, and what is wrong at which field. */
import { ApiError } from "../../lib/api";

export class Submission {
  busy = $state(false);
  failure = $state.raw<unknown>(null);
  readonly errors = $derived(this.failure instanceof ApiError ? this.failure.errors : {});
  /** What belongs to no field. */
  readonly problem = $derived(Object.keys(this.errors).length ? null : this.failure);

  wrong(field: string): string | null {
    return this.errors[field]?.[0] ?? null;
  }
  async send<Answer>(call: () => Promise<Answer>, done: (answer: Answer) => void): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      done(await call());
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }
}
