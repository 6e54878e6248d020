/** The API of connections, and what the page makes of it. */
import { create, download, newKey, post, request } from "../../lib/api";
import type { components } from "../../lib/schema";

type Shapes = components["schemas"];
export type Connection = Shapes["ConnectionView"];
export type ConnectionList = Shapes["ConnectionList"];
export type Outcome = Shapes["ConnectionOutcomeView"];
export type Series = Shapes["ConnectionSeriesView"];
export type Platform = Shapes["PlatformView"];

export const BASE = "/api/connections";
export const pathOf = (connection: Connection): string => `${BASE}/${connection.id}`;
export const csvOf = (connection: Connection): string => `${pathOf(connection)}/series.csv`;
export const isBusy = (connection: Connection): boolean => connection.refreshing || connection.checking;

/** Leave for the platform; it leads back to /connections/callback. */
export async function leaveFor(platform: string, connection: Connection | null = null): Promise<void> {
  const body = { platform, connection_id: connection?.id ?? null };
  const { authorize_url } = await post<Shapes["SignInView"]>(BASE, body);
  location.assign(authorize_url);
}

/** Make a forecasting session of the stored days; returns its id. */
export async function newSession(connection: Connection, sessionName: string): Promise<string> {
  const file = await download(csvOf(connection));
  const sessionId = `session_${uuid()}`;
  await create("/api/training/sessions", { sessionId, sessionName });
  const form = new FormData();
  form.set("sessionId", sessionId);
  form.set("type", "input");
  form.set("bezeichnung", "clicks"); // of the first series; the others are called as their columns
  form.set("file", file, `connection-${connection.id}.csv`);
  await request("/api/training/csv-files", { method: "POST", form });
  return sessionId;
}

function uuid(): string {
  const hex = newKey().replaceAll("-", "");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
