import { describe, expect, it } from "vitest";
import { News } from "../../../src/lib/live/news";

function recorded() {
  const running = new Map<string, () => void>();
  const news = new News((topic, onNews) => {
    if (running.has(topic)) throw new Error(`${topic} is followed twice`);
    running.set(topic, onNews);
    return () => running.delete(topic);
  });
  return { news, running };
}

describe("news of a topic", () => {
  it("reach everybody who follows it over one subscription", () => {
    const { news, running } = recorded();
    const heard: string[] = [];
    const leave = news.follow("team", () => heard.push("side bar"));
    news.follow("team", () => heard.push("list"));
    running.get("team")!();
    expect(heard).toEqual(["side bar", "list"]);
    leave();
    leave(); // leaving twice takes nobody else along
    running.get("team")!();
    expect(heard).toEqual(["side bar", "list", "list"]);
  });
  it("end with the last listener and begin again with the next", () => {
    const { news, running } = recorded();
    news.follow("team", () => {})();
    expect(running.size).toBe(0);
    news.follow("team", () => {});
    expect(running.size).toBe(1);
    news.clear();
    expect(running.size).toBe(0);
  });
});
