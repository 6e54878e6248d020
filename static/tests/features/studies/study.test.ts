import { expect, test } from "vitest";
import {
  basisOf,
  doneOf,
  isShare,
  marginOf,
  pValue,
  placeOf,
  scaleOf,
  shareDone,
  verdictOf,
} from "../../../src/features/studies/study";
import type { StudyArm, StudyContrast, StudyDetail } from "../../../src/lib/types";

const arm = (values: Record<string, number>, low: number | null, high: number | null): StudyArm => ({
  arm: "central",
  client: null,
  label: "Central",
  values,
  interval: { n: 2, mean: 0.5, low, high },
  failed: 0,
  left_out: false,
});

test("the scale holds every seed and every interval", () => {
  const [low, high] = scaleOf([arm({ "1": 0.4, "2": 0.6 }, 0.3, 0.7)]);
  expect(low).toBeLessThan(0.3);
  expect(high).toBeGreaterThan(0.7);
  expect(placeOf(0.5, [0, 1])).toBe(50);
});

test("the scale of a share ends where the share does", () => {
  const arms = [arm({ "1": 0.98, "2": 1 }, 0.9, 1)];
  expect(scaleOf(arms, true)[1]).toBe(1);
  expect(scaleOf(arms)[1]).toBeGreaterThan(1);
  expect([isShare("auroc"), isShare("loss")]).toEqual([true, false]);
});

test("a scale of nothing, of one value and of zero is still a scale", () => {
  expect(scaleOf([])).toEqual([0, 1]);
  const [low, high] = scaleOf([arm({ "1": 0 }, null, null)]);
  expect(high).toBeGreaterThan(low);
});

test("a study tells how many of its trainings are over, and how far it is", () => {
  const training = (status: string, progress: number) => ({ status, progress });
  const study = {
    trainings: [training("completed", 0.9), training("failed", 0.2), training("in_progress", 0.5)],
  } as unknown as StudyDetail;
  expect(doneOf(study)).toEqual({ done: 2, failed: 1, all: 3 });
  expect(shareDone(study)).toBeCloseTo(1.7 / 3);
});

test("p values are told as papers write them", () => {
  expect([pValue(0.00004), pValue(0.0312), pValue(null)]).toEqual(["< 0.001", "0.031", "–"]);
});

test("a comparison says what it showed and from what", () => {
  const row = (verdict: StudyContrast["verdict"], equivalent: boolean | null) =>
    ({ verdict, equivalent, from_rows: false }) as StudyContrast;
  expect(verdictOf(row("none_found", null))).toBe("no difference found");
  expect(verdictOf(row("none_found", true))).toBe("equivalent");
  expect(verdictOf(row("difference", true))).toBe("difference, within the margin");
  expect(verdictOf(row("too_few_seeds", false))).toBe("fewer than 3 seeds");
  expect(basisOf(row("difference", null))).toBe("seeds alone");
  expect(basisOf({ ...row("difference", null), from_rows: true, same_rows: true })).toBe(
    "seeds and the same test rows",
  );
});

test("a margin is a number above 0 and at most 1, or not set", () => {
  expect([marginOf(""), marginOf(" 0,02 "), marginOf("1")]).toEqual([null, 0.02, 1]);
  expect([marginOf("0"), marginOf("2"), marginOf("x")]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
