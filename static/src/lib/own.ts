/**
 * Look something up by a name that people chose: a metric may be called constructor or __proto__.
 *
 * A plain `record[name]` finds what every object inherits.
 */
export function own<T>(record: Readonly<Record<string, T>> | null | undefined, name: string): T | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined;
}
