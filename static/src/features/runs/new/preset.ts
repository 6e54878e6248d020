/** Templates in the language of the person; the server's own words where there are no others. */
import { serverText } from "../../../lib/i18n";
import type { Preset } from "../../../lib/types";

export const presetTitle = (preset: Preset): string => serverText(`preset.${preset.name}`, preset.title);
export const presetDescription = (preset: Preset): string =>
  serverText(`preset.${preset.name}.description`, preset.description);
