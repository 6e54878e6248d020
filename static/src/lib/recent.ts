/** The things that were opened last in this browser, the newest first. */
import { read, write } from "./stored";

export interface Visited {
  path: string;
  name: string;
}
const MAX = 12;

export function visited(): Visited[] {
  try {
    const list: unknown = JSON.parse(read("recent") ?? "[]");
    return Array.isArray(list)
      ? list.filter((one): one is Visited => typeof one?.path === "string" && typeof one?.name === "string")
      : [];
  } catch {
    return [];
  }
}

export function visit(path: string, name: string): void {
  write("recent", JSON.stringify([{ path, name }, ...visited().filter((one) => one.path !== path)].slice(0, MAX)));
}
