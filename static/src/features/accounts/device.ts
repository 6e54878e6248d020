import { t } from "../../lib/i18n";
/** `Mozilla/5.0 (X11; Linux …) Chrome/156 …` as "Chrome on Linux". */
export function device(agent: string): string {
  const browser =
    [
      ["Edg/", "Edge"],
      ["OPR/", "Opera"],
      ["Firefox/", "Firefox"],
      ["Chrome/", "Chrome"],
      ["Safari/", "Safari"],
    ].find(([sign]) => agent.includes(sign!))?.[1] ??
    (agent.split(/[\s/]/)[0] || "unknown");
  const system = [
    ["iPhone", "iPhone"],
    ["iPad", "iPad"],
    ["Android", "Android"],
    ["Windows", "Windows"],
    ["Mac OS", "Mac"],
    ["Linux", "Linux"],
  ].find(([sign]) => agent.includes(sign!))?.[1];
  return system ? t("account.browser_on_system", { browser, system }) : browser;
}
