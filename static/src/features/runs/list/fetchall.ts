/** What goes beyond the page in sight: every matching run, by id or as a table. */
import { get, type Query } from "../../../lib/api";
import type { RunPageOfList, RunRow } from "../../../lib/types";

const PAGE = 500;

export const matchingIds = (query: Query): Promise<{ ids: number[]; total: number }> => get("/api/runs/ids", query);

/** All matching runs in their order, page after page. */
export async function everyRun(query: Query): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  let after: string | null | undefined;
  do {
    const page: RunPageOfList = await get<RunPageOfList>("/api/runs/list", { ...query, limit: PAGE, after });
    rows.push(...page.runs);
    after = page.next;
  } while (after);
  return rows;
}
