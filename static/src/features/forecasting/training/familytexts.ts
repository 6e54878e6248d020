/** The names of families and of their settings in the language of the person; the server's own where there is none. */
import { decimal, metric } from "../../../lib/format";
import { serverText, t } from "../../../lib/i18n";
import type { Family, Model, ModelField } from "../wire";
import type { Fault } from "./families";

const code = (mode: string): string => mode.toLowerCase().replaceAll(" ", "_");
export const familyLabel = (family: Pick<Family, "mode" | "label">): string =>
  serverText(`family.${code(family.mode)}`, family.label);
export const familyAbout = (family: Family): string =>
  family.about ? serverText(`family.${code(family.mode)}.about`, family.about) : "";
/** A setting of one family goes before the setting of that name in others. */
function fieldText(mode: string, name: string, english: string): string {
  return serverText(`forecaster.${code(mode)}.${name}`, serverText(`forecaster.${name}`, english));
}
export const fieldLabel = (mode: string, field: ModelField): string => fieldText(mode, field.name, field.label);
export const fieldHelp = (mode: string, field: ModelField): string =>
  field.help ? fieldText(mode, `${field.name}.help`, field.help) : "";

/** The settings of a model that are not the family's defaults, each by its name: "Layers 3, Epochs 20". */
export function shownSettings(model: Pick<Model, "mode" | "settings">, family: Family | undefined): string {
  return Object.entries(model.settings)
    .filter(([name, value]) => {
      if (name === "MODE" || value === null) return false;
      const field = family?.fields.find((one) => one.wire === name);
      return !field || field.default !== value;
    })
    .map(([name, value]) => {
      const field = family?.fields.find((one) => one.wire === name);
      const isFraction = typeof value === "number" && !Number.isInteger(value);
      return `${field ? fieldLabel(model.mode, field) : name} ${isFraction ? metric(value) : String(value)}`;
    })
    .join(", ");
}

/** The bounds as the form offers them. */
export function rangeOf(field: ModelField): string {
  const low = field.form_minimum ?? field.minimum;
  const high = field.form_maximum ?? field.maximum;
  if (low === undefined || high === undefined) return "";
  return t("new.minimum_to_maximum", { minimum: decimal(String(low)), maximum: decimal(String(high)) });
}

export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case "number":
      return t("forecast.fault_number");
    case "whole":
      return t("forecast.fault_whole");
    case "odd":
      return t("forecast.fault_odd");
    case "choice":
      return t("forecast.fault_choice");
    case "low":
      return t("forecast.fault_low", { bound: fault.bound });
    case "above":
      return t("forecast.fault_above", { bound: fault.bound });
    case "high":
      return t("forecast.fault_high", { bound: fault.bound });
  }
}
