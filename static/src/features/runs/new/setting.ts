/** The names and explanations of settings in the language of the person, by their name in the configuration. */
import { serverText } from "../../../lib/i18n";
import type { ExperimentSchema, SchemaField } from "../../../lib/types";

export const settingLabel = (field: Pick<SchemaField, "name" | "label">): string =>
  serverText(`setting.${field.name}`, field.label);
export const settingHelp = (field: Pick<SchemaField, "name" | "help">): string =>
  field.help ? serverText(`setting.${field.name}.help`, field.help) : "";
export const groupTitle = (group: ExperimentSchema["groups"][number]): string =>
  serverText(`group.${group.name}`, group.title);
