/** The answer to a question about a run; the last one stays, marked as such, until the next is here. */
import { ApiError, get, type Query } from "../../../lib/api";
import { Latest } from "../../../lib/latest";

export class Question<T> {
  answer = $state.raw<T | null>(null);
  failure = $state.raw<unknown>(null);
  /** Whether an answer is awaited. */
  busy = $state(false);
  private readonly answers = new Latest();

  async ask(path: string, query: Query = {}): Promise<void> {
    const counts = this.answers.restart();
    this.busy = true;
    try {
      const answer = await get<T>(path, query);
      if (counts()) [this.answer, this.failure, this.busy] = [answer, null, false];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (counts()) [this.failure, this.busy] = [error, false];
    }
  }
}
