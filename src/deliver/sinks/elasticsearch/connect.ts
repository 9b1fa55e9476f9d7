import type { Client } from "@elastic/elasticsearch";
import { z } from "zod";
import { err, ok, type Result } from "../../../lib/result.ts";
import { type ElasticsearchSettings, makeClient } from "./client.ts";
import { failureOf, type RequestFailure } from "./failure.ts";

/** A client that speaks the server's version. */
export interface ServerClient {
  readonly client: Client;
  /** Null when the key may not ask. */
  readonly version: string | null;
  /** `require_data_stream` of the bulk API is known from 8.13 on; older servers refuse a parameter they do not know. */
  readonly requiresDataStream: boolean;
}

const PLAIN = { accept: "application/json", "content-type": "application/json" };
const ASK_TIMEOUT_MS = 10_000;

/** Asks for the version with headers that every version takes, then opens the client that fits. */
export async function openClient(
  settings: ElasticsearchSettings,
  signal: AbortSignal,
): Promise<Result<ServerClient, RequestFailure>> {
  const current = makeClient(settings, 9);
  const version = await versionOf(current, signal);
  const chosen = version.ok ? clientFor(settings, current, version.value) : version;
  if (!chosen.ok || chosen.value.client !== current) await current.close();
  return chosen;
}

function clientFor(
  settings: ElasticsearchSettings,
  current: Client,
  version: string | null,
): Result<ServerClient, RequestFailure> {
  if (version === null) return ok({ client: current, version, requiresDataStream: true });
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 8) return err(tooOld(version));
  const client = major === 8 ? makeClient(settings, 8) : current;
  return ok({ client, version, requiresDataStream: major > 8 || minor >= 13 });
}

function tooOld(version: string): RequestFailure {
  const text = `Elasticsearch ${version} is too old, 8.0 or newer is needed`;
  return { kind: "version", status: null, type: "version", text, retryAfterMs: null };
}

const info = z.object({ version: z.object({ number: z.string() }) });

/** Null when the key may write and nothing else: then the current version is assumed, and the bulk API has the last word. */
async function versionOf(client: Client, signal: AbortSignal): Promise<Result<string | null, RequestFailure>> {
  try {
    const options = { signal: within(signal, ASK_TIMEOUT_MS), headers: PLAIN };
    const answer = info.safeParse(await client.transport.request({ method: "GET", path: "/" }, options));
    return ok(answer.success ? answer.data.version.number : null);
  } catch (error) {
    const failure = failureOf(error);
    return failure.status === 403 || failure.status === 404 ? ok(null) : err(failure);
  }
}

/**
 * A time limit for one request. The client's own `requestTimeout` per request would dispatch an abort event on the
 * caller's signal, which others listen to.
 */
export function within(signal: AbortSignal, ms: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}
