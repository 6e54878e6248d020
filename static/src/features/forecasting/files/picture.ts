/** A series drawn from its overview: its range in equal spans of time, and its distribution. */
import { area } from "d3-shape";
import { timeOf } from "../split/split";
import type { SeriesFile } from "../wire";

/** The range of the values in each of equal spans from the first to the last time; counts of equal spans of values. */
export interface Overview {
  low: (number | null)[];
  high: (number | null)[];
  counts: number[];
}

export interface Band {
  from: number;
  to: number;
  low: number;
  high: number;
  /** Milliseconds to the next one that still belong together: half a span, or one and a half steps of the series. */
  reach: number;
}

type Drawn = Pick<SeriesFile, "utc_min" | "utc_max" | "overview" | "zeitschrittweite">;

/** The ranges of a series where it has values, as milliseconds and values. */
export function bandsOf(file: Drawn): Band[] {
  const [first, last] = [timeOf(file.utc_min), timeOf(file.utc_max)];
  if (first === null || last === null || !file.overview) return [];
  const { low, high } = file.overview;
  const width = (last - first) / low.length;
  const reach = Math.max(width / 2, 1.5 * (file.zeitschrittweite ?? 0) * 60_000);
  return low.flatMap((value, place): Band[] => {
    const top = high[place];
    if (value === null || top === null || top === undefined) return [];
    return [{ from: first + place * width, to: first + (place + 1) * width, low: value, high: top, reach }];
  });
}

/** The outline of a series: at least a pixel high, broken where it has no values. */
export function bandPath(bands: readonly Band[], x: (at: number) => number, y: (value: number) => number): string {
  const runs: Band[][] = [];
  for (const band of bands) {
    const before = runs.at(-1);
    const last = before?.at(-1);
    if (before && last && band.from - last.to <= last.reach) before.push(band);
    else runs.push([band]);
  }
  const outline = area<[number, Band]>()
    .x(([at]) => x(at))
    .y0(([, band]) => y(band.low) + 0.5)
    .y1(([, band]) => y(band.high) - 0.5);
  return runs
    .map((run) =>
      outline(
        run.length > 1
          ? run.map((band): [number, Band] => [(band.from + band.to) / 2, band])
          : run.flatMap((band): [number, Band][] => [
              [band.from, band],
              [band.to, band],
            ]),
      ),
    )
    .join("");
}
