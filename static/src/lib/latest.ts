/**
 * Answers to one question that is asked again and again come in any order: a late one must not
 * overwrite a newer state.
 */
export class Latest {
  private begun = 0;
  private shown = 0;

  /** Note that a request begins; what is returned says, once, whether its answer still counts. */
  begin(): () => boolean {
    const turn = ++this.begun;
    return () => {
      if (turn <= this.shown) return false;
      this.shown = turn;
      return true;
    };
  }

  /** Something was changed here, or another question is asked: what is under way knows nothing of it. */
  changed(): void {
    this.shown = this.begun;
  }

  /** Begin the answer to another question: no answer to an earlier one counts any more. */
  restart(): () => boolean {
    this.changed();
    return this.begin();
  }
}
