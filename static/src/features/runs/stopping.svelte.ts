/** Stop with ten seconds to change one's mind, the same on the card, the page and the palette. */
import { t } from "../../lib/i18n";
import { create, post } from "../../lib/api";
import { notices } from "../../lib/notices.svelte";

class Stopping {
  waiting = $state.raw<ReadonlyMap<number, () => void>>(new Map());

  /** Ask the server to stop the run in ten seconds; until then `undo` takes it back. */
  ask(id: number, name: string): void {
    if (this.waiting.has(id)) return;
    const undo = notices.inTenSeconds(
      t("run.stopping_name_in_10_s_the", { name }),
      () => void this.now(id),
      () => this.forget(id),
    );
    this.waiting = new Map(this.waiting).set(id, undo);
  }

  undo(id: number): void {
    this.waiting.get(id)?.();
  }

  private async now(id: number): Promise<void> {
    this.forget(id);
    await post(`/api/runs/${id}/stop`).catch((error: unknown) => notices.bad(error));
  }

  private forget(id: number): void {
    const left = new Map(this.waiting);
    left.delete(id);
    this.waiting = left;
  }
}

export const stopping = new Stopping();

export async function resume(id: number): Promise<void> {
  try {
    await create(`/api/runs/${id}/resume`, {});
    notices.say(t("run.queued_again_it_goes_on_from"), "good");
  } catch (error) {
    notices.bad(error);
  }
}
