/** The same run again from a shell or a script: the request as text. */
import type { RunDetail } from "../../../lib/types";

export interface Again {
  path: string;
  body: Record<string, unknown>;
}

export function requestOf(run: RunDetail): Again {
  const body: Record<string, unknown> = {
    dataset: run.dataset ? (run.dataset.slug ?? run.dataset.id) : null,
    experiment_name: run.name,
    config: run.config ?? {},
  };
  if (run.pretrained) body.pretrained = run.pretrained.id;
  const rounds = run.config?.num_rounds;
  if (run.training_mode === "federated" && typeof rounds === "number") body.num_server_rounds = rounds;
  return { path: `/api/experiments/${run.training_mode}/train`, body };
}

/** One word for a shell, whatever is in it. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function asCurl(again: Again, origin: string): string {
  return [
    `curl -X POST ${shell(origin + again.path)}`,
    `  -H "Authorization: Bearer $ROUNDHOUSE_TOKEN"`,
    `  -H 'Content-Type: application/json'`,
    `  -H "Idempotency-Key: $(uuidgen)"`,
    `  -d ${shell(JSON.stringify(again.body, null, 2))}`,
  ].join(" \\\n");
}

export function asPython(again: Again, origin: string): string {
  return `import os
import uuid

import httpx

answer = httpx.post(
    ${python(origin + again.path)},
    headers={
        "Authorization": f"Bearer {os.environ['ROUNDHOUSE_TOKEN']}",
        "Idempotency-Key": str(uuid.uuid4()),
    },
    json=${python(again.body, 1)},
)
answer.raise_for_status()
print(answer.json()["run_id"])
`;
}

/** A JSON value as Python writes it. */
export function python(value: unknown, depth = 0): string {
  const inner = "    ".repeat(depth + 1);
  const outer = "    ".repeat(depth);
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map((one) => python(one, depth)).join(", ")}]`;
  const lines = Object.entries(value as object).map(
    ([name, one]) => `${inner}${JSON.stringify(name)}: ${python(one, depth + 1)},\n`,
  );
  return lines.length ? `{\n${lines.join("")}${outer}}` : "{}";
}

/** The settings of a script that logged its run, to begin with. */
export function asLogging(run: RunDetail, origin: string): string {
  return `import roundhouse

run = roundhouse.init(
    url=${python(origin)},
    name=${python(run.name)},
    params=${python(run.params ?? {}, 1)},
)
for step in range(100):
    run.log({"train_loss": 1 / (step + 1)}, step=step)
run.finish()
`;
}
