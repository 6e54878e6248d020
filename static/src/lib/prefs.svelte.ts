/** What a person likes, kept in this browser only. */
import { read, write } from "./stored";

export type Theme = "system" | "light" | "dark";
/** What curves stand over: their steps, seconds since the first point, or the time of day. */
export type Over = "step" | "time" | "clock";

const system = matchMedia("(prefers-color-scheme: dark)");

class Preferences {
  theme = $state<Theme>((read("theme") as Theme | null) ?? "system");
  singleKeys = $state(read("single-keys") !== "off");
  /** The side bar shows icons only. */
  folded = $state(read("side-bar") === "folded");
  smoothing = $state(Number(read("smoothing") ?? 0));
  over = $state<Over>("step");
  logSteps = $state(false);
  logScale = $state(read("log-scale") === "on");
  private systemDark = $state(system.matches);

  constructor() {
    system.addEventListener("change", (event) => (this.systemDark = event.matches));
  }

  get dark(): boolean {
    return this.theme === "system" ? this.systemDark : this.theme === "dark";
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    write("theme", theme);
  }

  toggleTheme(): void {
    this.setTheme(this.dark ? "light" : "dark");
  }

  setFolded(folded: boolean): void {
    this.folded = folded;
    write("side-bar", folded ? "folded" : "open");
  }

  setSingleKeys(on: boolean): void {
    this.singleKeys = on;
    write("single-keys", on ? "on" : "off");
  }

  setSmoothing(weight: number): void {
    this.smoothing = weight;
    write("smoothing", String(weight));
  }

  setOver(over: Over): void {
    this.over = over;
  }

  setLogSteps(on: boolean): void {
    this.logSteps = on;
  }

  setLogScale(on: boolean): void {
    this.logScale = on;
    write("log-scale", on ? "on" : "off");
  }
}

export const prefs = new Preferences();
