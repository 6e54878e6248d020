/** Send a file of series: resumed after a cut where the server takes finished uploads, else in one request. */
import { newKey, request } from "../../../lib/api";
import { sendFile, type Sender, type Sending } from "../../../lib/upload";
import { offered } from "../offered";
import { BASE } from "../wire";

const PATH = `${BASE}/csv-files`;

export async function sendSeries(
  file: File,
  fields: Readonly<Record<string, string>>,
  onChange: (state: Sending) => void,
  purpose: string,
): Promise<Sender<unknown>> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return (await offered()).uploads ? sendFile(PATH, file, form, onChange, purpose) : sendWhole(file, form, onChange);
}

function sendWhole(file: File, form: FormData, onChange: (state: Sending) => void): Sender<unknown> {
  form.set("file", file, file.name);
  const stopped = new AbortController();
  const begun = { sent: 0, total: file.size, from: 0, since: performance.now(), known: false };
  onChange({ name: file.name, phase: "reading", ...begun });
  const done = request(PATH, { method: "POST", form, creates: newKey(), signal: stopped.signal });
  const stop = (): void => stopped.abort();
  return { done, pause: () => {}, resume: () => {}, cancel: stop, leave: stop };
}
