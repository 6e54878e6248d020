/** The only door to the HTTP API: headers, the error envelope and idempotency in one place. */
import { t, translated } from "./i18n";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: Record<string, string[]> = {},
    readonly requestId: string | null = null,
  ) {
    super(detail);
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface Call {
  method?: string;
  query?: Query;
  json?: unknown;
  form?: FormData;
  /** A creating request: the same key makes the same thing once, however often it is sent. */
  creates?: boolean | string;
  signal?: AbortSignal;
}

export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function headersFor(call: Call): Headers {
  const headers = new Headers({ Accept: "application/json", "X-Roundhouse": "1" });
  if (call.json !== undefined) headers.set("Content-Type", "application/json");
  if (call.creates) {
    headers.set("Idempotency-Key", call.creates === true ? newKey() : call.creates);
  }
  return headers;
}

function flatten(errors: unknown, prefix = ""): Record<string, string[]> {
  const flat = Object.create(null) as Record<string, string[]>; // fields may be people's own names
  if (!errors || typeof errors !== "object") return flat;
  for (const [field, value] of Object.entries(errors)) {
    const name = prefix ? `${prefix}.${field}` : field;
    if (Array.isArray(value)) flat[name] = value.map((one) => translated(String(one)));
    else if (typeof value === "string") flat[name] = [translated(value)];
    else Object.assign(flat, flatten(value, name));
  }
  return flat;
}

/** Turn any answer that is not a success into one typed error. */
export function toError(status: number, body: unknown): ApiError {
  const envelope = (body ?? {}) as Record<string, unknown>;
  const detail =
    typeof envelope.detail === "string"
      ? translated(envelope.detail)
      : status >= 500
        ? t("lib.the_server_could_not_answer_try")
        : t("lib.the_server_refused_the_request_status", { status });
  return new ApiError(
    status,
    typeof envelope.code === "string" ? envelope.code : `http_${status}`,
    detail,
    flatten(envelope.errors),
    typeof envelope.request_id === "string" ? envelope.request_id : null,
  );
}

type Listener = () => void;
let onSignedOut: Listener = () => {};

/** Called whenever the server says that the session is over. */
export function whenSignedOut(listener: Listener): void {
  onSignedOut = listener;
}

/** Browsers let at most 64 KiB outlive the page that sent them. */
const OUTLIVES_CHARACTERS = 20_000;

/** A short order, such as to stop a run, is carried out even if the page is left meanwhile. */
function outlivesThePage(call: Call, body: string | undefined): boolean {
  if ((call.method ?? "GET") === "GET" || call.form !== undefined) return false;
  return (body?.length ?? 0) < OUTLIVES_CHARACTERS;
}

export async function request<T>(path: string, call: Call = {}): Promise<T> {
  let response: Response;
  const json = call.json === undefined ? undefined : JSON.stringify(call.json);
  try {
    response = await fetch(withQuery(path, call.query), {
      method: call.method ?? "GET",
      headers: headersFor(call),
      body: call.form ?? json,
      credentials: "same-origin",
      signal: call.signal,
      keepalive: outlivesThePage(call, json),
    });
  } catch (cause) {
    if (call.signal?.aborted) throw cause;
    throw new ApiError(0, "offline", t("lib.the_server_cannot_be_reached_check"));
  }
  const text = await response.text();
  const body = parse(text);
  if (response.ok) return body as T;
  if (response.status === 401 && !path.startsWith("/api/auth/")) onSignedOut();
  throw toError(response.status, body);
}

export function parse(text: string): unknown {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  request<T>(path, { query, signal });
export const post = <T>(path: string, json?: unknown): Promise<T> => request<T>(path, { method: "POST", json });
export const create = <T>(path: string, json: unknown, key: string | true = true): Promise<T> =>
  request<T>(path, { method: "POST", json, creates: key });
export const patch = <T>(path: string, json: unknown): Promise<T> => request<T>(path, { method: "PATCH", json });
export const remove = <T>(path: string): Promise<T> => request<T>(path, { method: "DELETE" });

/** The bytes of a file, which is no JSON; with a body it is requested by POST. */
export async function download(path: string, json?: unknown): Promise<Blob> {
  const call: Call = json === undefined ? {} : { method: "POST", json };
  const body = json === undefined ? undefined : JSON.stringify(json);
  const init = { method: call.method, headers: headersFor(call), credentials: "same-origin", body } as const;
  const response = await fetch(path, init).catch(() => null);
  if (!response) throw new ApiError(0, "offline", t("lib.the_server_cannot_be_reached_check"));
  if (!response.ok) throw toError(response.status, parse(await response.text()));
  return response.blob();
}
