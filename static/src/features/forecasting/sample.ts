/** The session that the server makes of a series of its own, for who wants to look first. */
import { create } from "../../lib/api";
import { t } from "../../lib/i18n";
import { notices } from "../../lib/notices.svelte";
import { router } from "../../lib/router.svelte";
import { BASE, pageOf } from "./wire";

/** Make the sample and go to it. */
export async function openSample(name = ""): Promise<void> {
  const sessionName = name.trim() || t("forecast.sample_name");
  const { sessionId } = await create<{ sessionId: string }>(`${BASE}/sessions/sample`, { sample: "load", sessionName });
  notices.say(t("forecast.sample_is_ready"), "good");
  router.go(pageOf({ sessionId }), true);
}
