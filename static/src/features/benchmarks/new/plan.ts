/** What a benchmark run would ask and cost, before it starts. */
import type { Benchmark } from "../wire";

export interface Plan {
  pairs: number;
  /** Items in all: every pair once, a share of them in the other order as well, times the variants. */
  items: number;
}

const PARTS = 1_000_000;

/** The share is read as the decimal number that was typed: 0.29 of 100 pairs is 29, as on the server. */
export function planOf(personas: number, traits: number, dual: number, variants: number): Plan {
  const pairs = personas * traits;
  const twice = Number((BigInt(Math.round(dual * PARTS)) * BigInt(pairs)) / BigInt(PARTS));
  return { pairs, items: (pairs + twice) * variants };
}

export interface Tokens {
  prompt: number;
  completion: number;
  /** The run that they were counted in; null where they are taken from the length of prompts. */
  from: Benchmark | null;
}

/** Characters of a prompt of our templates, and of a token in the language, both rounded up. */
const CHARACTERS = { en: 730, de: 750 } as const;
const PER_TOKEN = { en: 4, de: 3 } as const;
const ANSWER = { plain: 12, rationale: 60 } as const;

export interface PromptSettings {
  language: "en" | "de";
  rationale: boolean;
  systemPrompt: string;
}

/** Tokens of one item: as an earlier run of the model counted them, else by the length of the prompt. */
export function tokensPerItem(earlier: Benchmark | null, settings: PromptSettings): Tokens {
  const answered = earlier ? earlier.counts.done + earlier.counts.failed : 0;
  if (earlier && answered && earlier.prompt_tokens)
    return {
      prompt: earlier.prompt_tokens / answered,
      completion: earlier.completion_tokens / answered,
      from: earlier,
    };
  const { language, rationale, systemPrompt } = settings;
  return {
    prompt: (CHARACTERS[language] + systemPrompt.length) / PER_TOKEN[language],
    completion: rationale ? ANSWER.rationale : ANSWER.plain,
    from: null,
  };
}

export interface Prices {
  input_price: number | null;
  output_price: number | null;
}

/** What the items cost at prices per million tokens; null where the model has none. */
export function priceOf(items: number, tokens: Tokens, prices: Prices): number | null {
  const { input_price: input, output_price: output } = prices;
  if (input === null && output === null) return null;
  return (items * (tokens.prompt * (input ?? 0) + tokens.completion * (output ?? 0))) / 1_000_000;
}

/** Seconds of an earlier run per item; null where it is not over or asked nothing. */
export function secondsPerItem(earlier: Benchmark | null): number | null {
  if (!earlier?.started_at || !earlier.finished_at) return null;
  const items = earlier.counts.done + earlier.counts.failed;
  const seconds = (Date.parse(earlier.finished_at) - Date.parse(earlier.started_at)) / 1_000;
  return items && seconds > 0 ? seconds / items : null;
}
