/** Sentences of the server that have a code, in the language of the person. */
import { decimal } from "./format";
import { serverText, translated, type Values } from "./i18n";

type Params = Record<string, unknown> | null | undefined;

/** The sentence of a training by its code; by its template where it has none. */
export function messageText(text: string, code: unknown, params: Params): string {
  if (typeof code !== "string") return translated(text);
  const values: Values = {};
  for (const [name, value] of Object.entries(params ?? {})) values[name] = decimal(String(value));
  return serverText(`message.${code}`, text, values);
}
