/** What is drawn of a line: its band, its raw values behind smoothed ones, and its gaps. */
import type uPlot from "uplot";
import { align, gaps, smooth, type Column, type Line } from "./chart";

export interface Layer {
  line: Line;
  part: "max" | "min" | "raw" | "value";
  values: Column;
}

export function layersOf(line: Line, weight: number): Layer[] {
  const band: Layer[] =
    line.min && line.max
      ? [
          { line, part: "max", values: line.max },
          { line, part: "min", values: line.min },
        ]
      : [];
  if (!weight) return [...band, { line, part: "value", values: line.values }];
  return [
    ...band,
    { line, part: "raw", values: line.values },
    { line, part: "value", values: smooth(line.values, weight) },
  ];
}

/** The columns that uPlot draws: the steps of all lines, then one column per layer. */
export function plotData(lines: readonly Line[], weight: number, logSteps: boolean): uPlot.AlignedData {
  const { steps } = align(lines, (line) => line.values);
  const data = lines
    .flatMap((line) => layersOf(line, weight))
    .map(
      (layer) =>
        align(lines, (line) => (line === layer.line ? layer.values : undefined)).columns[lines.indexOf(layer.line)]!,
    );
  return positive([steps, ...data], logSteps) as uPlot.AlignedData;
}

/** A logarithmic axis has no place for step 0. */
function positive(data: Column[], logSteps: boolean): Column[] {
  const from = logSteps ? data[0]!.findIndex((step) => step !== null && step > 0) : 0;
  return from > 0 ? data.map((column) => column.slice(from)) : data;
}

/** Only a measured null is a gap; a step that belongs to another line is not. */
export function gapsOf(line: Line): uPlot.Series.GapsRefiner {
  const real = gaps(line);
  return (u, _series, first, last, gaps) => {
    const steps = u.data[0];
    const inSight = [...real].some((step) => step >= (steps[first] ?? 0) && step <= (steps[last] ?? 0));
    if (!inSight) return [];
    return gaps.filter(([from, to]) =>
      [...real].some((step) => {
        const x = u.valToPos(step, "x", true);
        return x >= from - 1 && x <= to + 1;
      }),
    );
  };
}
