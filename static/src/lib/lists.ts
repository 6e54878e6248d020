/** Hearing of every change in a run that the signed-in person may see. */
import { live } from "./live/live.svelte";
import { session } from "./session.svelte";

export function followRuns(onNews: () => void): () => void {
  const topics = [`user:${session.user?.id}`, "team", ...(session.isAdmin ? ["admins"] : [])];
  const stops = topics.map((topic) => live.followNews(topic, onNews));
  return () => stops.forEach((stop) => stop());
}
