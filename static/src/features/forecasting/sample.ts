/** A sample to try everything on: two months of an hourly load that follows day, week and temperature. */
import type { Direction } from "./wire";

export const SAMPLE_STEPS = { eingabe: 24, ausgabe: 24, zeitschrittweite: 60, offset: 0 };
const HOURS = 24 * 60;
const BEGIN = Date.UTC(2024, 0, 1);

/** Numbers from 0 to 1 that are the same every time (mulberry32, Tommy Ettinger 2017, public domain). */
export function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Normally distributed by Box and Muller, "A note on the generation of random normal deviates", 1958. */
function normal(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

export function loadAndTemperature(hours: number, seed = 7): { load: number[]; temperature: number[] } {
  const draw = draws(seed);
  const [load, temperature]: [number[], number[]] = [[], []];
  let weather = 0;
  for (let hour = 0; hour < hours; hour++) {
    const day = Math.sin((2 * Math.PI * (hour - 6)) / 24);
    const isWorkday = Math.floor(hour / 24) % 7 < 5;
    weather = 0.98 * weather + 0.6 * normal(draw);
    temperature.push(8 + 6 * day + weather);
    load.push(50 + 20 * day + (isWorkday ? 6 : 0) - 1.5 * weather + normal(draw));
  }
  return { load, temperature };
}

export function csvOf(name: string, values: readonly number[]): string {
  const rows = values.map((value, hour) => {
    const at = new Date(BEGIN + hour * 3_600_000).toISOString();
    return `${at.slice(0, 10)} ${at.slice(11, 19)};${value.toFixed(2)}`;
  });
  return `${[`UTC;${name}`, ...rows].join("\n")}\n`;
}

export interface SampleFile {
  label: string;
  direction: Direction;
  text: string;
  fields: Record<string, string | number>;
}

export function sampleFiles(): SampleFile[] {
  const { load, temperature } = loadAndTemperature(HOURS);
  const past = { zeithorizont_start: -23, zeithorizont_end: 0, skalierung: "ja" };
  const coming = { zeithorizont_start: 1, zeithorizont_end: 24, skalierung: "ja" };
  return [
    { label: "load", direction: "input", text: csvOf("load", load), fields: past },
    { label: "temperature", direction: "input", text: csvOf("temperature", temperature), fields: coming },
    { label: "load", direction: "output", text: csvOf("load", load), fields: coming },
  ];
}
