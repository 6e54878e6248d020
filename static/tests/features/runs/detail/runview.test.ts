import fc from "fast-check";
import type { Round } from "../../../../src/lib/types";
import { describe, expect, test } from "vitest";
import type { LiveEvent } from "../../../../src/lib/live/stream";
import { lostByResume } from "../../../../src/features/runs/detail/resume";
import { applyEvent } from "../../../../src/features/runs/detail/runevents";
import {
  addRounds,
  emptyView,
  remaining,
  rewind,
  roundList,
  stepsDone,
  type RunView,
} from "../../../../src/features/runs/detail/runview";
import { tell } from "../../../../src/features/runs/detail/tell";

let seq = 0;
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const event = (type: string, data: Record<string, unknown>, second = 0): LiveEvent => ({
  topic: "run:1",
  seq: ++seq,
  type,
  at: at(second),
  data,
});
const play = (events: LiveEvent[], view: RunView = emptyView()): RunView => {
  for (const one of events) applyEvent(view, one);
  return view;
};
const round = (number: number, accuracy: number, second = number): LiveEvent[] => [
  event("round_start", { round: number, total_rounds: 4, local_epochs: 1, clients: ["a", "b"] }, second),
  event("client_training_start", { client_id: "a", round: number, num_samples: 10 }, second),
  event(
    "client_complete",
    { client_id: "a", round: number, status: "completed", num_samples: 10, seconds: 1, metrics: { train_loss: 0.5 } },
    second,
  ),
  event("round_metrics", { round: number, total_rounds: 4, metrics: { accuracy } }, second),
  event(
    "round_end",
    { round: number, total_rounds: 4, seconds: 2, fit_metrics: {}, eval_metrics: {}, refused: { b: "not finite" } },
    second,
  ),
];
const begin = [event("training_mode", { is_federated: true, num_rounds: 4, num_clients: 2 })];

describe("a run made of its events", () => {
  test("shows each round with its clients, and who was refused and why", () => {
    const view = play([...begin, ...round(1, 0.8)]);
    const told = view.rounds.get(1)!;
    expect(told.phase).toBe("done");
    expect(told.metrics.accuracy).toBe(0.8);
    expect(told.clients.get("a")).toMatchObject({ status: "completed", seconds: 1, num_samples: 10 });
    expect(told.clients.get("b")).toMatchObject({ status: "refused", reason: "not finite" });
  });

  test("takes the share that a model says of itself, and the epochs that there will be", () => {
    const said = { run_id: 1, model_name: "LIN", percent: 45, epoch: null, total_epochs: null, eta_seconds: 12 };
    const view = play([event("forecast_progress", said)]);
    expect([view.share, view.totalSteps]).toEqual([0.45, null]);
    play([event("forecast_progress", { ...said, percent: 50, epoch: 3, total_epochs: 3 })], view);
    expect([view.share, view.totalSteps]).toEqual([0.5, 3]);
    expect(tell(event("forecast_progress", said))).toBe("LIN: 45 %, about 12 s left");
  });

  test("says which sites are waited for, until the round is measured", () => {
    const asked = { run_id: 1, round: 1, phase: "training", answered: ["a"], waiting_for: ["b"] };
    const view = play([...begin, event("sites_answered", asked)]);
    expect(tell(view.answers!)).toBe("Round 1, training: 1 of 2 sites have answered; waiting for b");
    expect(play(round(1, 0.8), view).answers).toBeNull();
  });

  test("does not count the untrained model as a round", () => {
    const view = play([
      ...begin,
      event("round_metrics", { round: 0, total_rounds: 4, metrics: { accuracy: 0.9 } }),
      ...round(1, 0.8),
    ]);
    expect(stepsDone(view)).toBe(1);
  });

  test("takes back what a lost attempt had half done", () => {
    const view = play([
      ...begin,
      event("training_start", { attempt: 1 }),
      ...round(1, 0.8),
      event("round_start", { round: 2, total_rounds: 4, clients: ["a"] }),
      event("training_start", { attempt: 2, resumed_from: 1 }),
    ]);
    expect(roundList(view).map((one) => one.round)).toEqual([1]);
    expect(view.attempt).toBe(2);
  });

  test("says what was interrupted once nobody works on it, and running while somebody does", () => {
    const view = play([
      ...begin,
      ...round(1, 0.8),
      event("round_start", { round: 2, total_rounds: 4, clients: ["a", "b"] }),
      event("client_complete", { client_id: "a", round: 2, status: "completed", seconds: 1, metrics: {} }),
    ]);
    expect(roundList(view, "running").map((one) => one.phase)).toEqual(["done", "running"]);
    for (const state of ["cancelled", "failed", "lost", "queued"] as const) {
      const left = roundList(view, state)[1]!;
      expect([left.phase, left.clients.get("a")?.status, left.clients.get("b")?.status]).toEqual([
        "interrupted",
        "completed",
        "interrupted",
      ]);
    }
    expect(view.rounds.get(2)?.phase).toBe("running");
  });

  test("tells what going on from an earlier round throws away", () => {
    const view = play([...begin, ...round(1, 0.8), ...round(2, 0.9), ...round(3, 0.7)]);
    view.rounds.set(3, { ...view.rounds.get(3)!, isBest: true, modelArtifact: 7 });
    expect(lostByResume(roundList(view), 3, false)).toEqual([]);
    expect(lostByResume(roundList(view), 1, true).join("; ")).toBe(
      "rounds 2 to 3: their measurements and what each site did; the model of these rounds; the best model so far, of round 3; the result on the test rows and the final model",
    );
    rewind(view, 1);
    expect(roundList(view).map((one) => one.round)).toEqual([1]);
  });

  test("knows how long it will take from the pace of its rounds", () => {
    const view = play([...begin, ...round(1, 0.8, 10), ...round(2, 0.9, 16)]);
    expect(remaining(view)).toBe(12);
  });

  test("has no pace before its second step", () => {
    expect(remaining(play([...begin, ...round(1, 0.8, 10)]))).toBeNull();
  });

  test("counts the epochs of a centralised run and leaves those of clients out", () => {
    const view = play([
      event("training_mode", { is_federated: false, num_rounds: 0, num_clients: 0 }),
      event("training_start", { attempt: 1, max_epochs: 3 }),
      event("epoch_end", { epoch: 0, phase: "train", metrics: { train_loss: 1 } }),
      event("epoch_end", { epoch: 0, phase: "val", metrics: { val_loss: 1 } }),
      event("epoch_end", { epoch: 1, phase: "train", client_id: "a", round_number: 1, metrics: {} }),
    ]);
    expect(stepsDone(view)).toBe(1);
    expect(view.totalSteps).toBe(3);
    expect(Object.keys(view.epochs.get(0)!.metrics)).toEqual(["train", "val"]);
  });

  test("gives a changed round a new identity, so that the page draws it again", () => {
    const view = play([...begin, ...round(1, 0.8)]);
    const before = view.rounds.get(1);
    play(
      [
        event("client_complete", {
          client_id: "b",
          round: 1,
          status: "completed",
          metrics: {},
          num_samples: 3,
          seconds: 1,
        }),
      ],
      view,
    );
    expect(view.rounds.get(1)).not.toBe(before);
  });

  test("lays a snapshot under the events without undoing what they told", () => {
    const view = play([...begin, ...round(1, 0.8)]);
    const told = {
      round: 1,
      started_at: at(1),
      seconds: 9,
      metrics: { accuracy: 0.1, f1: 0.5 },
      fit_metrics: {},
      clients: [],
    };
    addRounds(view, [told as unknown as Round]);
    expect(view.rounds.get(1)).toMatchObject({ seconds: 2, metrics: { accuracy: 0.8, f1: 0.5 } });
  });

  test("an event of an unknown type is only listed", () => {
    const view = play([event("solar_eclipse", {})]);
    expect(view.events).toHaveLength(1);
    expect(view.rounds.size).toBe(0);
  });
});

test("hearing the same events twice changes nothing but the list of events", () => {
  const facts = [...begin, ...round(1, 0.7), ...round(2, 0.8), ...round(3, 0.75)];
  fc.assert(
    fc.property(fc.integer({ min: 1, max: facts.length }), (known) => {
      const once = play(facts);
      const twice = play(facts, play(facts.slice(0, known)));
      expect(roundList(twice)).toEqual(roundList(once));
      expect(stepsDone(twice)).toBe(stepsDone(once));
      expect(twice.stepTimes).toEqual(once.stepTimes);
    }),
  );
});
