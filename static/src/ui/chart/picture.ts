/** The curves of a chart as a picture, with their title and names, on the colour of the page. */
import type { Line } from "./chart";

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function pictureOf(
  drawn: HTMLCanvasElement | null | undefined,
  title: string,
  lines: readonly Line[],
  latest: (line: Line) => string,
): Promise<Blob | null> {
  if (!drawn) return Promise.resolve(null);
  const scale = devicePixelRatio;
  const line = 18 * scale;
  const whole = document.createElement("canvas");
  whole.width = drawn.width;
  whole.height = drawn.height + line * (2 + lines.length);
  const pen = whole.getContext("2d")!;
  pen.fillStyle = colour("--card");
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.fillStyle = colour("--ink");
  pen.font = `600 ${13 * scale}px system-ui, sans-serif`;
  pen.fillText(title, 10 * scale, line);
  pen.drawImage(drawn, 0, line * 1.4);
  pen.font = `${12 * scale}px system-ui, sans-serif`;
  lines.forEach((one, index) => {
    const y = drawn.height + line * (2.2 + index);
    pen.fillStyle = colour(`--c${one.hue + 1}`);
    pen.fillRect(10 * scale, y - 5 * scale, 16 * scale, 3 * scale);
    pen.fillStyle = colour("--ink-2");
    pen.fillText(`${one.label}: ${latest(one)}`, 32 * scale, y);
  });
  return new Promise((done) => whole.toBlob(done));
}
