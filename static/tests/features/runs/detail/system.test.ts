import { describe, expect, it } from "vitest";
import {
  inOrder,
  isSystem,
  peakMemory,
  systemTitle,
  systemValue,
  topOf,
  usageLine,
} from "../../../../src/features/runs/detail/system";
import type { SeriesSummary } from "../../../../src/lib/types";

const summary = (max: number): SeriesSummary =>
  ({ name: "system/memory_bytes", client: "gpu-1", max }) as SeriesSummary;

describe("what a run took of its machine", () => {
  it("is told by series of a host, and not by what a script calls so", () => {
    expect(isSystem({ name: "system/cpu_percent", client: "gpu-1" })).toBe(true);
    expect(isSystem({ name: "system/cpu_percent", client: null })).toBe(false);
    expect(isSystem({ name: "train_loss", client: "site-1" })).toBe(false);
  });
  it("is read with its unit", () => {
    expect(systemValue("system/memory_bytes", 1.5e9)).toBe("1.5 GB");
    expect(systemValue("system/cpu_percent", 187.4)).toBe("187 %");
    expect(systemValue("system/cpu_percent", 0.44)).toBe("0.4 %");
    expect(systemValue("system/cpu_percent", null)).toBe("–");
    expect(systemTitle("system/watts")).toBe("watts");
  });
  it("comes in one order", () => {
    const names = ["system/watts", "system/host_cpu_percent", "system/cpu_percent"];
    expect(inOrder(names.map((name) => ({ name }))).map((one) => one.name)).toEqual([
      "system/cpu_percent",
      "system/host_cpu_percent",
      "system/watts",
    ]);
  });
  it("has the highest of samples and of what the training measured itself as its peak", () => {
    expect(peakMemory({ environment: { peak_memory_bytes: 5 } }, [summary(7), summary(3)])).toBe(7);
    expect(peakMemory({ environment: { peak_memory_bytes: 9 } }, [summary(7)])).toBe(9);
    expect(peakMemory(null, [])).toBeNull();
  });
  it("is drawn from nothing to its top, with gaps where nothing was measured", () => {
    const line = usageLine({ steps: [10, 20, 30], values: [0, null, 50] }, 100, 100, 10);
    expect(line).toBe("M0.0 10.0M100.0 5.0");
    expect(topOf("system/host_memory_percent", 20)).toBe(100);
    expect(topOf("system/cpu_percent", 200)).toBeCloseTo(220);
  });
});
