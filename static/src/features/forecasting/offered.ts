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
  /** A finished upload may stand for a file: sending goes on after a cut. */
  uploads: boolean;
}
const ROUTES: Readonly<Record<Exclude<keyof Offered, "uploads">, string>> = {
  modelOptions: "/model-options",
  datasets: "/violins/{}",
  samples: "/plot-data/{}",
  predict: "/forecast/{}",
  keys: "/api-keys/{}",
};

/** The names of parameters do not matter: `/a/{id}` is `/a/{session_id}`. */
const plain = (path: string): string => path.replaceAll(/\{[^}]*\}|<[^>]*>/g, "{}");

interface Description {
  paths: Record<string, unknown>;
  components?: { schemas?: Record<string, { properties?: Record<string, unknown> }> };
}

export function offeredBy({ paths, components }: Description): Offered {
  const known = new Set(Object.keys(paths).map(plain));
  const routes = Object.entries(ROUTES).map(([name, path]) => [name, known.has(BASE + path)]);
  const forms = Object.values(components?.schemas ?? {}).map((one) => one.properties ?? {});
  const uploads = forms.some((fields) => "upload_id" in fields && "sessionId" in fields);
  return { ...(Object.fromEntries(routes) as unknown as Offered), uploads };
}

export const NOTHING = offeredBy({ paths: {} });

let asked: Promise<Offered> | null = null;
export function offered(): Promise<Offered> {
  asked ??= get<Description>("/api/openapi.json")
    .then(offeredBy)
    .catch(() => {
      asked = null;
      return NOTHING;
    });
  return asked;
}
