/** The answer to a question about a run; the last one stays, marked as such, until the next is here. */
import { ApiError, get, post, type Query } from "../../../lib/api";
import { Latest } from "../../../lib/latest";

export class Question<T> {
  answer = $state.raw<T | null>(null);
  failure = $state.raw<unknown>(null);
  /** Whether an answer is awaited. */
  busy = $state(false);
  private readonly answers = new Latest();

  ask = (path: string, query: Query = {}): Promise<void> => this.take(() => get<T>(path, query));
  /** Ask with a body; it changes nothing. */
  send = (path: string, body: unknown): Promise<void> => this.take(() => post<T>(path, body));

  private async take(call: () => Promise<T>): Promise<void> {
    const counts = this.answers.restart();
    this.busy = true;
    try {
      const answer = await call();
      if (counts()) [this.answer, this.failure, this.busy] = [answer, null, false];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (counts()) [this.failure, this.busy] = [error, false];
    }
  }
}
