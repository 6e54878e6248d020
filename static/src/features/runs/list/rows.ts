/** Rows of the table by their place, where studies lie open: the runs of a study follow its row. */

/** A study that lies open: the place of its row in the list, and how many runs follow it. */
export interface OpenStudy {
  place: number;
  size: number;
}

/** What stands in a row: the row of the list at a place, or the n-th run of the study there. */
export interface Spot {
  place: number;
  member: number | null;
}

const inOrder = (open: readonly OpenStudy[]): OpenStudy[] => [...open].sort((a, b) => a.place - b.place);

export const countRows = (total: number, open: readonly OpenStudy[]): number =>
  total + open.filter((one) => one.place < total).reduce((sum, one) => sum + one.size, 0);

export function spotAt(row: number, open: readonly OpenStudy[]): Spot {
  let before = 0;
  for (const one of inOrder(open)) {
    const at = one.place + before;
    if (row <= at) break;
    if (row <= at + one.size) return { place: one.place, member: row - at - 1 };
    before += one.size;
  }
  return { place: row - before, member: null };
}

/** The row in which a place of the list stands. */
export const rowOf = (place: number, open: readonly OpenStudy[]): number =>
  place + open.filter((one) => one.place < place).reduce((sum, one) => sum + one.size, 0);
