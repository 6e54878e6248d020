import { describe, expect, it } from "vitest";
import { translator } from "../../src/lib/sentence";
import sentences from "../../src/texts/sentences.de.json";

const german = translator(sentences);

describe("a sentence of the server", () => {
  it("is translated by its template, with what was filled in", () => {
    expect(german("'12,5' has a decimal comma; write it with a point.")).toBe(
      "'12,5' hat ein Dezimalkomma; schreiben Sie einen Punkt.",
    );
  });
  it("says how far the training of a forecast is, and what a stop has left", () => {
    expect(german("Epoch 3 of 12 in 3.6 s: train_loss 0.0171, val_loss 0.0174")).toBe(
      "Epoche 3 von 12 in 3,6 s: train_loss 0.0171, val_loss 0.0174",
    );
    expect(german("All 10 files are stored.")).toBe("Alle 10 Dateien sind gespeichert.");
    expect(german("1 file is stored.")).toBe("1 Datei ist gespeichert.");
    expect(german("1 model was given, but an ensemble weighs 2 to 10 trained models.")).toBe(
      "1 Modell wurde angegeben, ein Ensemble gewichtet aber 2 bis 10 trainierte Modelle.",
    );
    expect(german("leaks: 1 shared row between train and validation")).toBe(
      "Leck: 1 gemeinsame Zeile zwischen train und validation",
    );
    expect(german("AR LSTM is trained.")).toBe("AR LSTM ist trainiert.");
    expect(german("The training was stopped after epoch 8. The model of epoch 7, the best one, is kept.")).toBe(
      "Das Training wurde nach Epoche 8 gestoppt. Das Modell von Epoche 7, der besten, ist behalten.",
    );
  });
  it("carries parts that have templates of their own", () => {
    expect(german("Its clock is 7 minutes behind the server's. Set it right, for example with NTP.")).toBe(
      "Die Uhr geht gegenüber dem Server 7 Minuten nach. Stellen Sie sie richtig, etwa mit NTP.",
    );
    expect(german("Row 3, column 'age': the cell is empty.")).toBe("Zeile 3, Spalte 'age': die Zelle ist leer.");
    expect(german("Row 6, column 1: '2024-13-01' is no time at which the value was issued.")).toBe(
      "Zeile 6, Spalte 1: '2024-13-01' ist keine Zeit, zu der der Wert ausgegeben wurde.",
    );
    expect(
      german(
        "Row 9, column 2: the time is missing in the format %d.%m.%Y. Correct it, or choose to skip unreadable rows.",
      ),
    ).toBe(
      "Zeile 9, Spalte 2: die Zeit fehlt im Format %d.%m.%Y. Berichtigen Sie das, oder lassen Sie unlesbare Zeilen überspringen.",
    );
    expect(german("Row 1: there are no rows.")).toBe("Zeile 1: es gibt keine Zeilen.");
    expect(german("batch_size is 0; it must be a whole number from 1 to 4096.")).toBe(
      "batch_size ist 0; richtig wäre: eine ganze Zahl von 1 bis 4096.",
    );
    expect(german("Must be one of: owner, team; it is 'all'.")).toBe("Erlaubt sind: owner, team; angegeben ist 'all'.");
  });
  it("may be followed by others, each with a template of its own", () => {
    expect(german("Unknown field. Did you mean learning_rate?")).toBe("Unbekanntes Feld. Meinten Sie learning_rate?");
    expect(german("Attempt 2: the worker stopped answering. It goes on by itself from its last checkpoint.")).toBe(
      "Versuch 2: der Worker antwortete nicht mehr. Es geht von selbst beim letzten Checkpoint weiter.",
    );
  });
  it("is not taken for what a sentence before it was filled with", () => {
    expect(
      german(
        "Federated training loses 0.008 of AUROC against central training (95 % interval −0.010 to −0.006, 5 seeds). " +
          "No difference was found between federated training and the smallest site alone (no interval, only 4 seeds, fewer than 5).",
      ),
    ).toBe(
      "Föderiertes Training verliert 0,008 AUROC gegenüber zentralem Training (95-%-Intervall −0,010 bis −0,006, 5 Seeds). " +
        "Zwischen föderiertem Training und dem kleinsten Standort allein wurde kein Unterschied gefunden (kein Intervall, nur 4 Seeds, weniger als 5).",
    );
  });
  it("may have a hint in its middle", () => {
    expect(german("There is no column 'Target'. Did you mean 'age'? The file has 'age', 'crp'.")).toBe(
      "Eine Spalte 'Target' gibt es nicht. Meinten Sie 'age'? Die Datei hat 'age', 'crp'.",
    );
  });
  it("of a line of personas is whole", () => {
    expect(german("Line 3: 'femal' is not a known gender. Did you mean 'female'?")).toBe(
      "Zeile 3: 'femal' ist kein bekannter Wert für gender. Meinten Sie 'female'?",
    );
  });
  it("keeps a sentence that nobody translated between others", () => {
    expect(german("Broken pipe in libfoo. Unknown field.")).toBe("Broken pipe in libfoo. Unbekanntes Feld.");
    expect(german("a text of a library")).toBe("a text of a library");
    expect(german("")).toBe("");
  });
  it("keeps names as they are, even those that look like patterns", () => {
    expect(german("'(a+)+$ {0} $& b' is not a number.")).toBe("'(a+)+$ {0} $& b' ist keine Zahl.");
    expect(german("Dataset 7 does not exist, or it is not shared with you.")).toContain("Datensatz 7");
  });
  it("has in each language the same places to fill", () => {
    const places = (text: string): string[] => [...new Set(text.match(/\{\d\}/g) ?? [])].sort();
    for (const [english, text] of Object.entries(sentences))
      for (const place of places(text)) expect(places(english)).toContain(place);
  });
  it("is kept in sorted order, so that two who add rows do not meet", () => {
    const keys = Object.keys(sentences);
    expect(keys).toEqual([...keys].sort());
  });
});
