/** The names that runs have, to choose columns, filters and groups from. */
import { get } from "../../../lib/api";
import { Latest } from "../../../lib/latest";
import type { NamesInUse } from "../../../lib/types";

export class Names {
  known = $state.raw<NamesInUse | null>(null);
  private readonly answers = new Latest();

  async load(): Promise<void> {
    const counts = this.answers.begin();
    try {
      const answer = await get<NamesInUse>("/api/runs/columns", { archived: "all" });
      if (counts()) this.known = answer;
    } catch {
      if (counts()) this.known = null;
    }
  }
}
