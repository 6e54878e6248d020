/** A page that is fetched when it is first opened. */
import type { Component } from "svelte";

export type Fetch<Props extends Record<string, unknown> = Record<string, never>> = () => Promise<{ default: Component<Props> }>;
