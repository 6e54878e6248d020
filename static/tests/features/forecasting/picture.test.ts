import { describe, expect, it } from "vitest";
import { pictureOf, type Samples, type SampleVariable } from "../../../src/features/forecasting/samples/samples";

const variable = (name: string, kind: SampleVariable["kind"], forecast: boolean): SampleVariable => ({
  name,
  kind,
  label: name,
  color: 0,
  hours: [0],
  scale: 1,
  shift: 0,
  values: [[1]],
  forecast: forecast ? [[1]] : null,
});
const answer: Samples = {
  run_id: 7,
  model_type: "LIN",
  seed: 3,
  n_test: 9,
  samples: [
    { position: 2, t_ref: "2024-01-01T00:00:00Z" },
    { position: 5, t_ref: "2024-01-02T00:00:00Z" },
  ],
  variables: [variable("load", "input", false), variable("D_sin", "time", false), variable("load", "output", true)],
};

describe("one picture of the samples shown", () => {
  it("names samples, series and options in the words of the wire", () => {
    const body = pictureOf(answer, new Set(["time/D_sin", "output/load"]), {
      axis: "ts",
      shared: true,
      forecasts: true,
      scaled: true,
    });
    expect(body).toEqual({
      model_id: 7,
      plot_settings: {
        samples: [2, 5],
        x_sbpl: "ts",
        y_sbpl_fmt: "skaliert",
        y_sbpl_set: "gemeinsame Achse",
      },
      df_plot_in: { D_sin: true },
      df_plot_out: { load: true },
      df_plot_fcst: { load: true },
    });
  });

  it("leaves forecasts out where they are switched off or there are none", () => {
    const options = { axis: "UTC", shared: false, forecasts: false, scaled: false } as const;
    expect(pictureOf(answer, new Set(["output/load"]), options)).toMatchObject({ df_plot_fcst: {} });
    expect(pictureOf(answer, new Set(["input/load"]), { ...options, forecasts: true })).toMatchObject({
      df_plot_in: { load: true },
      df_plot_out: {},
      df_plot_fcst: {},
    });
  });
});
