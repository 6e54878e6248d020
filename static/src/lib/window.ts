/** Which rows of a long table are in the document: those in sight and a few around them. */

export interface Span {
  first: number;
  /** One behind the last. */
  end: number;
}

/** The rows to draw for a scroll position; heights are in pixels and equal. */
export function visibleRows(top: number, height: number, rowHeight: number, total: number, around = 8): Span {
  const first = Math.max(0, Math.min(total, Math.floor(top / rowHeight) - around));
  const end = Math.min(total, Math.ceil((top + height) / rowHeight) + around);
  return { first, end: Math.max(first, end) };
}

/** Numbers of the pages that hold these rows. */
export function pagesFor(span: Span, pageSize: number): number[] {
  if (span.end <= span.first) return [];
  const first = Math.floor(span.first / pageSize);
  const last = Math.floor((span.end - 1) / pageSize);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Where to scroll so that a row is in sight below the head; null when it already is. */
export function scrollFor(row: number, top: number, height: number, rowHeight: number): number | null {
  const at = row * rowHeight;
  if (at < top) return at;
  if (at + rowHeight > top + height) return at + rowHeight - height;
  return null;
}

/** As many things as fit, the newest; or those around the one that a person has chosen further back. */
export function around<T>(things: readonly T[], chosen: number, most: number): T[] {
  const first = chosen < 0 ? things.length - most : Math.min(things.length - most, chosen - Math.floor(most / 2));
  return things.slice(Math.max(0, first), Math.max(0, first) + most);
}
