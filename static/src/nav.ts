/**
 * Where one can go: the one table behind routes, side bar, palette, shortcuts, key sheet and page tests.
 *
 * To add a page, add a row; nothing else lists pages.
 */
import type { Component } from "svelte";
import type { Key } from "./lib/i18n";

export type Area = "top" | "training" | "forecasting" | "benchmarks" | "library" | "operations" | "admin";
export type Role = "member" | "admin";
export type Loader<Props extends Record<string, unknown> = Record<string, never>> = () => Promise<{
  default: Component<Props>;
}>;

export interface PageRow {
  path: string;
  label: Key;
  /** Of the side bar; a page without an area is reached from others, and by the palette if it has a key. */
  area: Area | null;
  icon: Icon;
  /** Pressed after `g`. */
  key?: string;
  role?: Role;
  /** Other words that people type for it. */
  words?: Key;
  /** Pages below it, which count as this one in the side bar. */
  below?: readonly string[];
  load: Loader;
}
export interface CreateRow {
  path: string;
  label: Key;
  icon: Icon;
  /** The page whose things it creates: there it is offered first. */
  of: string;
}
export interface ObjectRow {
  /** Its first group is what the address calls the thing. */
  pattern: RegExp;
  load: Loader<{ id: number; address?: string }>;
}
/** How the palette shows a kind of thing, and where one of it is opened. */
export interface KindRow {
  label: Key;
  icon: Icon;
  path: (id: number) => string;
}
export type Icon =
  | "home"
  | "inbox"
  | "runs"
  | "table"
  | "site"
  | "data"
  | "model"
  | "health"
  | "team"
  | "audit"
  | "bell"
  | "flag"
  | "clock"
  | "user"
  | "key"
  | "chart"
  | "forecast"
  | "balance"
  | "plus"
  | "up";

export const AREAS: readonly { area: Area; label: Key | null }[] = [
  { area: "top", label: null },
  { area: "training", label: "nav.training" },
  { area: "forecasting", label: "nav.forecasting" },
  { area: "benchmarks", label: "nav.benchmarks" },
  { area: "library", label: "nav.library" },
  { area: "operations", label: "nav.operations" },
  { area: "admin", label: "nav.admin" },
];

export const PAGES: readonly PageRow[] = [
  {
    path: "/",
    label: "common.home",
    area: "top",
    icon: "home",
    key: "h",
    words: "nav.words_home",
    load: () => import("./features/home/Home.svelte"),
  },
  {
    path: "/inbox",
    label: "nav.inbox",
    area: "top",
    icon: "inbox",
    key: "i",
    words: "nav.words_inbox",
    load: () => import("./features/inbox/Inbox.svelte"),
  },
  {
    path: "/runs",
    label: "common.runs_2",
    area: "training",
    icon: "runs",
    key: "r",
    words: "nav.words_runs",
    below: ["/analytics", "/compare", "/new"],
    load: () => import("./features/runs/list/Runs.svelte"),
  },
  {
    path: "/studies",
    label: "common.studies",
    area: "training",
    icon: "table",
    key: "s",
    words: "nav.words_studies",
    load: () => import("./features/studies/Studies.svelte"),
  },
  {
    path: "/federations",
    label: "common.federations",
    area: "training",
    icon: "site",
    key: "f",
    words: "nav.words_federations",
    load: () => import("./features/federations/Federations.svelte"),
  },
  {
    path: "/sessions",
    label: "forecast.sessions",
    area: "forecasting",
    icon: "forecast",
    key: "e",
    words: "nav.words_sessions",
    load: () => import("./features/forecasting/Sessions.svelte"),
  },
  {
    path: "/benchmarks",
    label: "bench.benchmark_runs",
    area: "benchmarks",
    icon: "balance",
    key: "b",
    words: "nav.words_benchmarks",
    load: () => import("./features/benchmarks/Benchmarks.svelte"),
  },
  {
    path: "/personas",
    label: "bench.personas_and_traits",
    area: "benchmarks",
    icon: "team",
    words: "nav.words_personas",
    load: () => import("./features/benchmarks/people/People.svelte"),
  },
  {
    path: "/datasets",
    label: "nav.datasets",
    area: "library",
    icon: "data",
    key: "d",
    words: "nav.words_datasets",
    load: () => import("./features/datasets/Datasets.svelte"),
  },
  {
    path: "/models",
    label: "nav.models",
    area: "library",
    icon: "model",
    key: "m",
    words: "nav.words_models",
    load: () => import("./features/models/Models.svelte"),
  },
  {
    path: "/jobs",
    label: "jobs.jobs",
    area: "operations",
    icon: "table",
    key: "j",
    words: "nav.words_jobs",
    load: () => import("./features/jobs/Jobs.svelte"),
  },
  {
    path: "/sites",
    label: "website.websites",
    area: "operations",
    icon: "site",
    words: "nav.words_websites",
    load: () => import("./features/websites/Websites.svelte"),
  },
  {
    path: "/schedules",
    label: "schedules.schedules",
    area: "operations",
    icon: "clock",
    key: "c",
    words: "nav.words_schedules",
    below: ["/schedules/new", "/schedules/events"],
    load: () => import("./features/schedules/Schedules.svelte"),
  },
  {
    path: "/alerts",
    label: "alerts.alerts",
    area: "operations",
    icon: "bell",
    key: "l",
    words: "nav.words_alerts",
    load: () => import("./features/alerts/Alerts.svelte"),
  },
  {
    path: "/health",
    label: "health.health",
    area: "operations",
    icon: "health",
    key: "o",
    words: "nav.words_health",
    load: () => import("./features/health/Health.svelte"),
  },
  {
    path: "/users",
    label: "common.users",
    area: "admin",
    icon: "team",
    key: "u",
    role: "admin",
    load: () => import("./features/accounts/Users.svelte"),
  },
  {
    path: "/tokens",
    label: "account.tokens",
    area: "admin",
    icon: "key",
    role: "admin",
    words: "nav.words_tokens",
    load: () => import("./features/accounts/Tokens.svelte"),
  },
  {
    path: "/audit",
    label: "nav.audit",
    area: "admin",
    icon: "audit",
    role: "admin",
    words: "common.audit_log",
    load: () => import("./features/accounts/Audit.svelte"),
  },
  {
    path: "/connections",
    label: "connect.connections",
    area: "admin",
    icon: "up",
    words: "nav.words_connections",
    load: () => import("./features/connections/Connections.svelte"),
  },
  {
    path: "/connections/callback",
    label: "connect.connections",
    area: null,
    icon: "up",
    load: () => import("./features/connections/Callback.svelte"),
  },
  {
    path: "/channels",
    label: "channels.channels",
    area: null,
    icon: "up",
    words: "nav.words_channels",
    load: () => import("./features/alerts/ChannelsPage.svelte"),
  },
  {
    path: "/flags",
    label: "flags.flags",
    area: "admin",
    icon: "flag",
    role: "admin",
    words: "nav.words_flags",
    load: () => import("./features/flags/Flags.svelte"),
  },
  {
    path: "/analytics",
    label: "common.analytics",
    area: null,
    icon: "chart",
    key: "a",
    words: "nav.words_insights",
    load: () => import("./features/runs/insights/Analytics.svelte"),
  },
  {
    path: "/account",
    label: "common.account",
    area: null,
    icon: "user",
    words: "nav.words_account",
    load: () => import("./features/accounts/Account.svelte"),
  },
  {
    path: "/new",
    label: "common.new_run",
    area: null,
    icon: "plus",
    role: "member",
    load: () => import("./features/runs/new/NewRun.svelte"),
  },
  {
    path: "/schedules/new",
    label: "schedules.new_schedule",
    area: null,
    icon: "plus",
    role: "member",
    load: () => import("./features/schedules/NewSchedule.svelte"),
  },
  {
    path: "/schedules/events",
    label: "schedules.events",
    area: null,
    icon: "clock",
    words: "nav.words_events",
    load: () => import("./features/schedules/feed/Events.svelte"),
  },
  {
    path: "/benchmarks/new",
    label: "bench.new_benchmark",
    area: null,
    icon: "plus",
    role: "member",
    load: () => import("./features/benchmarks/new/NewBenchmark.svelte"),
  },
  {
    path: "/benchmarks/import",
    label: "bench.imp_title",
    area: null,
    icon: "up",
    role: "member",
    load: () => import("./features/benchmarks/imported/ImportRatings.svelte"),
  },
  {
    path: "/benchmarks/compare",
    label: "bench.cmp_title",
    area: null,
    icon: "balance",
    load: () => import("./features/benchmarks/compare/CompareBenchmarks.svelte"),
  },
  {
    path: "/compare",
    label: "common.compare",
    area: null,
    icon: "chart",
    load: () => import("./features/runs/compare/Compare.svelte"),
  },
];

export const CREATE: readonly CreateRow[] = [
  { path: "/new", label: "nav.create_run", icon: "runs", of: "/runs" },
  { path: "/new?study=1", label: "nav.create_study", icon: "table", of: "/studies" },
  { path: "/federations", label: "nav.create_federation", icon: "site", of: "/federations" },
  { path: "/sessions?new=1", label: "nav.create_session", icon: "forecast", of: "/sessions" },
  { path: "/benchmarks/new", label: "nav.create_benchmark", icon: "balance", of: "/benchmarks" },
  { path: "/schedules/new", label: "nav.create_schedule", icon: "clock", of: "/schedules" },
  { path: "/datasets", label: "nav.create_dataset", icon: "data", of: "/datasets" },
  { path: "/models", label: "nav.create_model", icon: "model", of: "/models" },
];

export const OBJECTS: readonly ObjectRow[] = [
  { pattern: /^\/runs\/(\d+)$/, load: () => import("./features/runs/detail/Run.svelte") },
  { pattern: /^\/studies\/(\d+)$/, load: () => import("./features/studies/Study.svelte") },
  { pattern: /^\/sites\/(\d+)$/, load: () => import("./features/websites/Website.svelte") },
  { pattern: /^\/federations\/(\d+)$/, load: () => import("./features/federations/Federation.svelte") },
  {
    pattern: /^\/sessions\/([\w-]+)$/,
    load: () => import("./features/forecasting/Session.svelte"),
  },
  { pattern: /^\/schedules\/(\d+)$/, load: () => import("./features/schedules/Schedule.svelte") },
  { pattern: /^\/benchmarks\/(\d+)$/, load: () => import("./features/benchmarks/run/Benchmark.svelte") },
];

/** Where addresses of before lead now. */
export const MOVED: Readonly<Record<string, string>> = {
  "/system": "/health",
  "/insights": "/analytics",
  "/weights": "/models",
};

/** What a kind of the search is opened at. */
export const KINDS: Readonly<Record<string, KindRow>> = {
  run: { label: "common.run", icon: "runs", path: (id) => `/runs/${id}` },
  study: { label: "common.study", icon: "table", path: (id) => `/studies/${id}` },
  federation: { label: "common.federation", icon: "site", path: (id) => `/federations/${id}` },
  forecast_session: { label: "forecast.session", icon: "forecast", path: (id) => `/sessions/${id}` },
  benchmark_run: { label: "bench.benchmark_run", icon: "balance", path: (id) => `/benchmarks/${id}` },
  persona_set: { label: "bench.persona_set", icon: "team", path: (id) => `/personas#set-${id}` },
  dataset: { label: "new.dataset", icon: "data", path: (id) => `/datasets#dataset-${id}` },
  model: { label: "nav.model", icon: "model", path: (id) => `/models#model-${id}` },
};
