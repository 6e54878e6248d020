/** Ask for the curves of many names in as many questions as an address has room for. */
import { get, type Query } from "../../lib/api";

const MAX_LENGTH = 6_000;

/** A name with a comma or a quote stands in quotes, as in CSV. */
const quoted = (name: string): string => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/** The names as lists that each fit into an address. */
export function nameLists(names: readonly string[]): string[] {
  const lists: string[] = [];
  let room = 0;
  for (const name of names.map(quoted)) {
    const size = encodeURIComponent(name).length + 3;
    if (!lists.length || size > room) {
      lists.push(name);
      room = MAX_LENGTH - size;
    } else {
      lists[lists.length - 1] += `,${name}`;
      room -= size;
    }
  }
  return lists;
}

/** The curves of these names; none for no names. */
export async function curvesOf<T>(run: number, names: readonly string[], query: Query): Promise<T[]> {
  const answers = await Promise.all(
    nameLists(names).map((list) => get<{ series: T[] }>(`/api/runs/${run}/series`, { ...query, names: list })),
  );
  return answers.flatMap((one) => one.series);
}
