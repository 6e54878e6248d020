import { describe, expect, it } from "vitest";
import { DEFAULT_SPLIT } from "../../../src/features/forecasting/split/split";
import { nextStep, obstacle, ORDER, standing, type State } from "../../../src/features/forecasting/steps";
import { calendarFaults, formOf, wireOf, zoneOf } from "../../../src/features/forecasting/time/calendar";
import { pageOf, type Model, type SeriesFile, type SessionView } from "../../../src/features/forecasting/wire";

const file = (type: "input" | "output", status = "ready"): SeriesFile =>
  ({ id: `${type}-${status}`, type, status, bezeichnung: "load", reading: {} }) as unknown as SeriesFile;
const model = (status: Model["status"], skill: number | null = null): Model =>
  ({
    run_id: 1,
    status,
    settings: {},
    summary: status === "completed" ? { metrics: { skill }, sizes: {}, n_dat: 3 } : null,
  }) as unknown as Model;
const stateOf = (part: Partial<State> = {}, steps = {}): State => ({
  session: { zeitschritte: steps, timeInfo: {}, n_dat: null } as unknown as SessionView,
  files: [],
  models: [],
  split: DEFAULT_SPLIT,
  ...part,
});
const SET = { eingabe: "24", ausgabe: "24", zeitschrittweite: "60", offset: "0" };
const BOTH = [file("input"), file("output")];

describe("the steps of a session", () => {
  it("say what is missing before a training, the first thing first", () => {
    expect(obstacle(stateOf())).toBe("files");
    expect(obstacle(stateOf({ files: [file("input", "question"), file("output")] }, SET))).toBe("questions");
    expect(obstacle(stateOf({ files: BOTH }))).toBe("time");
    expect(obstacle(stateOf({ files: BOTH, split: { ...DEFAULT_SPLIT, testPercentage: 0 } }, SET))).toBe("split");
    expect(obstacle(stateOf({ files: BOTH }, SET))).toBeNull();
  });
  it("open where one goes on", () => {
    expect(nextStep(ORDER, stateOf())).toBe("files");
    expect(nextStep(ORDER, stateOf({ files: BOTH }))).toBe("time");
    expect(nextStep(ORDER, stateOf({ files: BOTH }, SET))).toBe("training");
    expect(nextStep(ORDER, stateOf({ files: BOTH, models: [model("in_progress")] }, SET))).toBe("training");
    expect(nextStep(ORDER, stateOf({ files: BOTH, models: [model("completed", 0.3)] }, SET))).toBe("evaluation");
  });
  it("need attention where a file has a question, and where every model failed", () => {
    expect(standing("files", stateOf({ files: [file("input", "question")] }))).toBe("attention");
    expect(standing("training", stateOf({ files: BOTH, models: [model("failed")] }, SET))).toBe("attention");
    expect(standing("training", stateOf())).toBe("waiting");
    expect(standing("evaluation", stateOf({ models: [model("completed", 0.3)] }))).toBe("complete");
  });
  it("are found under the number that the search gives, or else under the session's name", () => {
    expect(pageOf({ id: 7, sessionId: "session_1_a" })).toBe("/sessions/7");
    expect(pageOf({ sessionId: "session_1_a" })).toBe("/sessions/session_1_a");
  });
});

describe("the calendar", () => {
  it("has the contract's horizons where nothing is said", () => {
    const form = formOf({});
    expect(form.zone).toBe("UTC");
    expect([form.features.jahr.start, form.features.monat.start, form.features.feiertag.start]).toEqual([
      "-24",
      "-1",
      "-100",
    ]);
    expect(Object.values(form.features).some((one) => one.on)).toBe(false);
  });
  it("comes back as it was sent", () => {
    const sent = {
      jahr: true,
      feiertag: true,
      zeitzone: "Europe/Vienna",
      category_data: {
        jahr: { datenform: "Aktuelle Zeit", detaillierteBerechnung: true, skalierung: "ja", skalierungMax: 2 },
        feiertag: {
          land: "Österreich",
          region: "W",
          schulferien: "ja",
          schliesstage: ["2024-12-27"],
          zeithorizontEnd: 24,
        },
      },
    };
    const wire = wireOf(formOf(sent));
    expect(wire).toMatchObject({ jahr: true, tag: false, feiertag: true, zeitzone: "Europe/Vienna" });
    expect(wire.category_data).toEqual({
      jahr: {
        datenform: "Aktuelle Zeit",
        detaillierteBerechnung: true,
        skalierung: "ja",
        skalierungMin: 0,
        skalierungMax: 2,
      },
      feiertag: {
        datenform: "Zeithorizont",
        zeithorizontStart: -100,
        zeithorizontEnd: 24,
        detaillierteBerechnung: false,
        skalierung: "nein",
        land: "Österreich",
        region: "W",
        schulferien: "ja",
        schliesstage: ["2024-12-27"],
      },
    });
    expect(formOf(wire)).toEqual(formOf(sent));
  });
  it("is faulty where a horizon runs backwards or a day is none", () => {
    const form = formOf({ tag: true, feiertag: true });
    form.features.tag.start = "3";
    form.closing = "2024-13-01";
    expect(calendarFaults(form)).toEqual({ tag: "horizon", closing: "days" });
    form.features.tag.current = true;
    form.closing = "2024-12-24; 2024-12-27";
    expect(calendarFaults(form)).toEqual({});
  });
  it("begins in the zone in which the files were read, where there is one and nothing is saved", () => {
    const read = (timezone?: string) => ({ importOptions: timezone === undefined ? {} : { timezone } }) as SeriesFile;
    expect(zoneOf([read("Europe/Vienna"), read("Europe/Vienna")])).toBe("Europe/Vienna");
    expect(formOf({}, "Europe/Vienna").zone).toBe("Europe/Vienna");
    expect(formOf({ zeitzone: "UTC" }, "Europe/Vienna").zone).toBe("UTC");
    for (const files of [[], [read()], [read("+01:00")], [read("Europe/Vienna"), read()]])
      expect(zoneOf(files)).toBe("UTC");
  });
});
