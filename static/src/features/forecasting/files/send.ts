/** Send a file of series: it goes on after a cut. */
import { sendFile, type Sender, type Sending } from "../../../lib/upload";
import { BASE } from "../wire";

export function sendSeries(
  file: File,
  fields: Readonly<Record<string, string>>,
  onChange: (state: Sending) => void,
  purpose: string,
): Sender<unknown> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return sendFile(`${BASE}/csv-files`, file, form, onChange, purpose);
}
