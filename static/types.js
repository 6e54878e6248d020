/** Write src/lib/schema.d.ts from the description of a running server: `npm run types`. */
import { writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const server = process.env.ROUNDHOUSE_URL ?? "http://127.0.0.1:8000";
const answer = await fetch(`${server}/api/openapi.json`);
if (!answer.ok) throw new Error(`${server} answered ${answer.status}`);
const description = await answer.json();
// The shapes are all that the client needs; addresses stand where they are called.
const ast = await openapiTS({ ...description, paths: {} });
await writeFile(new URL("src/lib/schema.d.ts", import.meta.url), astToString(ast));
