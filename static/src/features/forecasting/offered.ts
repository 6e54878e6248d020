/** Which parts of forecasting this server has: asked once, from its own description of its routes. */
import { get } from "../../lib/api";
import { BASE } from "./wire";

export interface Offered {
  modelOptions: boolean;
  /** Samples are cut, counted and drawn before anything is trained. */
  datasets: boolean;
  samples: boolean;
  /** Kept models forecast, and are downloaded with a script. */
  predict: boolean;
  keys: boolean;
}
const ROUTES: Readonly<Record<keyof Offered, string>> = {
  modelOptions: "/model-options",
  datasets: "/violins/{}",
  samples: "/plot-data/{}",
  predict: "/forecast/{}",
  keys: "/api-keys/{}",
};
export const NOTHING = Object.fromEntries(Object.keys(ROUTES).map((name) => [name, false])) as unknown as Offered;

/** The names of parameters do not matter: `/a/{id}` is `/a/{session_id}`. */
const plain = (path: string): string => path.replaceAll(/\{[^}]*\}|<[^>]*>/g, "{}");

export function offeredBy(paths: readonly string[]): Offered {
  const known = new Set(paths.map(plain));
  return Object.fromEntries(
    Object.entries(ROUTES).map(([name, path]) => [name, known.has(BASE + path)]),
  ) as unknown as Offered;
}

let asked: Promise<Offered> | null = null;
export function offered(): Promise<Offered> {
  asked ??= get<{ paths: Record<string, unknown> }>("/api/openapi.json")
    .then((description) => offeredBy(Object.keys(description.paths)))
    .catch(() => {
      asked = null;
      return NOTHING;
    });
  return asked;
}
