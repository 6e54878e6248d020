/** How uPlot draws a chart: axes, curves with their bands, the cursor that all charts share, and the flag. */
import uPlot from "uplot";
import { count, duration } from "../../lib/format";
import { stepWord } from "../../lib/states";
import { sizeFor, spaceFor, STEP_INCREMENTS, tickLabels } from "./axis";
import type { Line } from "./chart";
import { gapsOf, layersOf, type Layer } from "./layers";
import { colour } from "./picture";

export interface Look {
  lines: readonly Line[];
  stepName: string;
  axisName: string;
  width: number;
  height: number;
  smoothing: number;
  logScale: boolean;
  logSteps: boolean;
  flag: number | null;
  /** What may change while a chart is drawn is asked for when it is needed. */
  total: () => number | null;
  zoom: () => [number, number] | null;
  onzoom?: (range: [number, number] | null) => void;
  onstep: (step: number | null) => void;
}

export function plotOptions(look: Look): uPlot.Options {
  const byTime = look.stepName === "time";
  const byClock = look.stepName === "clock";
  const { onzoom } = look;
  const grid = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--ink-3"), grid, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  const drawn = look.lines.flatMap((line) => layersOf(line, look.smoothing));
  return {
    width: look.width,
    height: look.height,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: {
      sync: {
        key: `run-${look.stepName}`,
        scales: ["x", null],
        filters: { pub: (type) => !onzoom || (type !== "mousedown" && type !== "mouseup" && type !== "dblclick") },
      },
      points: { size: 7 },
      drag: { x: true, y: false, setScale: !onzoom },
      bind: onzoom ? { dblclick: () => () => (onzoom(null), null) } : undefined,
    },
    bands: bandsOf(drawn),
    scales: {
      x: {
        time: byClock,
        distr: look.logSteps ? 3 : 1,
        range: (u, low, high) => look.zoom() ?? spread(u, look, low, high),
      },
      y: { distr: look.logScale ? 3 : 1, range: (_, low, high) => valueRange(look.logScale, low, high) },
    },
    axes: [
      {
        ...axis,
        size: 28,
        label: look.axisName,
        labelSize: 18,
        labelGap: -2,
        labelFont: axis.font,
        values: byClock
          ? undefined
          : (_, ticks) => ticks.map((tick) => (tick === null ? "" : byTime ? duration(tick) : count(tick))),
        incrs: byClock || look.logSteps ? undefined : STEP_INCREMENTS,
        space: byClock
          ? undefined
          : (_, _axis, _low, high) => spaceFor(byTime ? duration(high) : count(Math.round(high))),
      },
      { ...axis, size: (_, labels) => sizeFor(labels), values: (_, ticks) => tickLabels(ticks) },
    ],
    series: [{ label: stepWord(look.stepName) }, ...drawn.map(seriesOf)],
    hooks: {
      setCursor: [(u) => look.onstep(u.cursor.idx == null ? null : (u.data[0][u.cursor.idx] ?? null))],
      setSelect: [(u) => onzoom && brushed(u, onzoom)],
      draw: [(u) => drawFlag(u, look.flag)],
    },
  };
}

function bandsOf(drawn: readonly Layer[]): uPlot.Band[] {
  return drawn.flatMap((layer, index) =>
    layer.part === "max"
      ? [{ series: [index + 1, index + 2] as [number, number], fill: `${colour(`--c${layer.line.hue + 1}`)}2e` }]
      : [],
  );
}

function seriesOf(layer: Layer): uPlot.Series {
  const stroke = colour(`--c${layer.line.hue + 1}`);
  const faint = layer.part !== "value";
  return {
    label: layer.line.label,
    stroke: faint ? `${stroke}${layer.part === "raw" ? "55" : "4d"}` : stroke,
    width: faint ? 1 : 2,
    dash: layer.line.dashed ? [6, 4] : undefined,
    spanGaps: false,
    gaps: gapsOf(layer.line),
    points: { show: layer.part === "value" && layer.line.steps.length < 40, size: 5, fill: stroke },
  };
}

function brushed(u: uPlot, onzoom: (range: [number, number]) => void): void {
  if (u.select.width < 4) return;
  const from = u.posToVal(u.select.left, "x");
  const to = u.posToVal(u.select.left + u.select.width, "x");
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onzoom([from, to]);
}

function drawFlag(u: uPlot, flag: number | null): void {
  if (flag === null || !(u.scales.x?.max! >= flag && u.scales.x?.min! <= flag)) return;
  const x = Math.round(u.valToPos(flag, "x", true));
  const pen = u.ctx;
  pen.save();
  pen.strokeStyle = pen.fillStyle = colour("--accent");
  pen.lineWidth = devicePixelRatio;
  pen.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  pen.beginPath();
  pen.moveTo(x, u.bbox.top);
  pen.lineTo(x, u.bbox.top + u.bbox.height);
  pen.stroke();
  pen.font = `${13 * devicePixelRatio}px system-ui, sans-serif`;
  pen.textAlign = x > u.bbox.left + u.bbox.width - 20 * devicePixelRatio ? "right" : "left";
  pen.fillText("★", x + (pen.textAlign === "left" ? 2 : -2) * devicePixelRatio, u.bbox.top + 12 * devicePixelRatio);
  pen.restore();
}

/** The axis reaches to the planned end, so that a live curve does not rescale at each step. */
function spread(u: uPlot, look: Look, low: number | null, high: number | null): [number, number] {
  const steps = u.data?.[0] ?? [];
  const total = look.total();
  if (low === null || high === null) return [look.logSteps ? 1 : 0, Math.max(2, total ?? 2)];
  if (look.logSteps) return [low, Math.max(low * 1.5, high)];
  if (steps.length < 2) return [steps[0] ?? 0, Math.max(total ?? 0, (steps[0] ?? 0) + 1)];
  const whole = low === steps[0] && high === steps.at(-1);
  const end = whole && total !== null && total > high ? total : high;
  return low === end ? [low - 1, end + 1] : [low, end];
}

/** Without a value to draw the axis still has its place; a curve of zeros lies in the middle. */
function valueRange(logScale: boolean, low: number | null, high: number | null): uPlot.Range.MinMax {
  const drawn = low !== null && high !== null && Number.isFinite(low) && Number.isFinite(high);
  if (logScale) return drawn && low > 0 ? uPlot.rangeLog(low, high, 10, true) : [1, 10];
  if (!drawn) return [0, 1];
  return low === 0 && high === 0 ? [-1, 1] : uPlot.rangeNum(low, high, 0.1, true);
}
