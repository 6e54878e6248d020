/** Numbers of a file that stand for no value, such as -999: typed with semicolons between them. */
import { typedNumber } from "../wire";

export const MAX_CODES = 20;

export const codesText = (options: Readonly<Record<string, unknown>>): string =>
  Array.isArray(options.missing_codes) ? options.missing_codes.join("; ") : "";

/** The numbers that were typed; null where one of them is none, or where there are too many. */
export function codesOf(text: string): number[] | null {
  const codes = text
    .split(/[;\s]+/)
    .filter(Boolean)
    .map((one) => typedNumber(one.replace("−", "-")));
  const numbers = codes.filter((one) => one !== null && Number.isFinite(one)) as number[];
  return numbers.length === codes.length && codes.length <= MAX_CODES ? [...new Set(numbers)] : null;
}

/** The import options with these numbers; without any the option is left out. */
export function optionsWithCodes(
  options: Readonly<Record<string, unknown>>,
  codes: readonly number[],
): Record<string, unknown> {
  const { missing_codes, ...others } = options;
  void missing_codes;
  return codes.length ? { ...others, missing_codes: codes } : others;
}
