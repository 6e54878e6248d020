/** Going on with what is over: where it has cost what it may, the server wants a higher limit. */
import { ApiError } from "../../lib/api";
import { t } from "../../lib/i18n";
import { notices } from "../../lib/notices.svelte";
import { numberIn } from "./new/settings";

export interface Changes {
  cost_limit?: number | null;
}

export class Resuming {
  busy = $state(false);
  /** What is wrong with the limit; null as long as none is needed. */
  refused = $state<string | null>(null);
  typed = $state("");

  constructor(private readonly post: (changes: Changes) => Promise<unknown>) {}

  begin(): Promise<void> {
    return this.send({});
  }
  /** Go on with the limit that was typed; empty is none. */
  async raise(): Promise<void> {
    const limit = numberIn(this.typed);
    if (Number.isNaN(limit)) this.refused = t("bench.not_a_number");
    else await this.send({ cost_limit: limit });
  }
  close(): void {
    this.refused = null;
  }

  private async send(changes: Changes): Promise<void> {
    this.busy = true;
    try {
      await this.post(changes);
      this.refused = null;
    } catch (error) {
      const wrong = error instanceof ApiError ? error.errors.cost_limit?.[0] : null;
      if (wrong) this.refused = wrong;
      else notices.bad(error);
    }
    this.busy = false;
  }
}
