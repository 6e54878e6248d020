import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

let toError: typeof import("../../src/lib/api").toError;
let messageText: typeof import("../../src/lib/message").messageText;
let words: (name: string) => string;
let serverText: (code: string, english: string, values?: Record<string, string | number>) => string;

beforeAll(async () => {
  vi.resetModules();
  vi.stubGlobal("navigator", { languages: ["de-DE"], language: "de-DE" });
  ({ words } = await import("../../src/lib/format"));
  ({ toError } = await import("../../src/lib/api"));
  ({ messageText } = await import("../../src/lib/message"));
  ({ serverText } = await import("../../src/lib/i18n"));
});
afterAll(() => void vi.unstubAllGlobals());

describe("a metric in German", () => {
  it("is wholly German where each part of its name has a word", () => {
    expect(words("val_loss")).toBe("Loss (Validierung)");
    expect(words("val_acc")).toBe("Genauigkeit (Validierung)");
    expect(words("clients_train_loss")).toBe("Loss (Clients, Training)");
    expect(words("auroc")).toBe("AUROC");
  });
  it("is wholly the metric's name where one has none", () => {
    expect(words("val_brier")).toBe("val_brier");
    expect(words("grad_norm")).toBe("grad_norm");
  });
});

describe("a text of the server in German", () => {
  it("is told by its code, with its values", () => {
    expect(serverText("message.rounds_trained", "All 3 rounds are trained.", { total: 3 })).toBe(
      "Alle 3 Runden sind trainiert.",
    );
  });
  it("stays the server's where the code is not known", () => {
    expect(serverText("message.of_the_future", "Something new.")).toBe("Something new.");
    expect(serverText("constructor", "Something new.")).toBe("Something new.");
  });
});

describe("an error of the server in German", () => {
  it("has its sentence and the faults of its fields in German", () => {
    const error = toError(422, {
      code: "invalid",
      detail: "The body is not valid: see name, config.epochs.",
      errors: { name: ["Missing data for required field."], config: { epochs: ["Not a valid integer; it is 'x'."] } },
    });
    expect(error.message).toBe("Die Angaben sind ungültig: siehe name, config.epochs.");
    expect(error.errors).toEqual({
      name: ["Pflichtfeld: Hier fehlt ein Wert."],
      "config.epochs": ["Keine ganze Zahl; angegeben ist 'x'."],
    });
  });
  it("of a job is found by its template", () => {
    expect(messageText("Attempt 1: the worker stopped answering.", undefined, null)).toBe(
      "Versuch 1: der Worker antwortete nicht mehr.",
    );
  });
});
