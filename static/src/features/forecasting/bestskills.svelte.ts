/** The best skill of listed sessions, where the list itself does not say it: asked once per change of a session. */
import { get } from "../../lib/api";
import { bestOf } from "./training/leaderboard";
import { BASE, type ListedSession, type Model } from "./wire";

const AT_ONCE = 4;

export class BestSkills {
  private known = $state.raw<ReadonlyMap<string, number | null>>(new Map());
  private busy = false;

  of(session: ListedSession): number | null | undefined {
    return this.known.get(keyOf(session));
  }

  async learn(sessions: readonly ListedSession[]): Promise<void> {
    const missing = sessions.filter(
      (one) => one.bestSkill === undefined && one.status === "trained" && !this.known.has(keyOf(one)),
    );
    if (this.busy || !missing.length) return;
    this.busy = true;
    for (let begin = 0; begin < missing.length; begin += AT_ONCE) {
      const some = missing.slice(begin, begin + AT_ONCE);
      const skills = await Promise.all(some.map((one) => skillOf(one.sessionId)));
      const next = new Map(this.known);
      some.forEach((one, place) => next.set(keyOf(one), skills[place] ?? null));
      this.known = next;
    }
    this.busy = false;
  }
}

const keyOf = (session: ListedSession): string => `${session.sessionId} ${session.lastUpdated}`;

async function skillOf(id: string): Promise<number | null> {
  const answer = await get<{ models: Model[] }>(`${BASE}/sessions/${id}/models`).catch(() => null);
  return (answer && bestOf(answer.models)?.summary?.metrics.skill) ?? null;
}
