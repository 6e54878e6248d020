/** The part of a configuration that decides which rows each site gets. */

const DECIDES = [
  "seed",
  "num_clients",
  "partitioner",
  "dirichlet_alpha",
  "partition_column",
  "min_client_rows",
  "test_split",
  "validation_split",
  "sample_fraction",
];

/** Only what changes the split, so that other settings do not ask the server again. */
export function partitionOf(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(DECIDES.filter((name) => name in config).map((name) => [name, config[name]]));
}
