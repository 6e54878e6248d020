/** How full a disk was as a line: positions from 0 to 1 from left to right and from full to empty. */
export interface Sample {
  at: string;
  used_bytes: number;
}
export interface Point {
  x: number;
  y: number;
}

/** The samples of the last days by time, so that an hour without any is seen as a gap of its length. */
export function usagePoints(samples: readonly Sample[], total: number, from: number, to: number): Point[] {
  if (total <= 0 || to <= from) return [];
  return samples
    .map((one) => ({ x: (Date.parse(one.at) - from) / (to - from), y: 1 - one.used_bytes / total }))
    .filter((point) => point.x >= 0 && point.x <= 1);
}

/** Lines between neighbours; longer than `gap` without a sample, nothing is drawn. */
export function usagePath(points: readonly Point[], width: number, height: number, gap: number): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      const pen = before && point.x - before.x <= gap ? "L" : "M";
      return `${pen}${(point.x * width).toFixed(1)} ${(point.y * height).toFixed(1)}`;
    })
    .join("");
}
