/** One subscription per topic for all who only want to hear that something happened in it. */

interface Followed {
  listeners: Set<{ hear: () => void }>;
  stop: () => void;
}

export class News {
  private readonly topics = new Map<string, Followed>();

  constructor(private readonly start: (topic: string, onNews: () => void) => () => void) {}

  /** Hear of news until the returned function is called; the last to leave ends the subscription. */
  follow(topic: string, hear: () => void): () => void {
    const followed = this.topics.get(topic) ?? this.begin(topic);
    const listener = { hear };
    followed.listeners.add(listener);
    return () => {
      if (!followed.listeners.delete(listener) || followed.listeners.size) return;
      followed.stop();
      if (this.topics.get(topic) === followed) this.topics.delete(topic);
    };
  }

  clear(): void {
    for (const followed of this.topics.values()) followed.stop();
    this.topics.clear();
  }

  private begin(topic: string): Followed {
    const listeners: Followed["listeners"] = new Set();
    const followed = { listeners, stop: this.start(topic, () => listeners.forEach((one) => one.hear())) };
    this.topics.set(topic, followed);
    return followed;
  }
}
