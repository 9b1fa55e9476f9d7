import type { OutboxRow, SendResult, Sink, SinkCheck } from "../../../domain/ports/sink.ts";
import { sleep } from "../../../lib/time.ts";
import { sendBulk } from "./bulk.ts";
import { checkElasticsearch } from "./check.ts";
import { classifyFailure, stop } from "./classify.ts";
import type { ElasticsearchSettings } from "./client.ts";
import { openClient, type ServerClient } from "./connect.ts";
import type { RequestFailure } from "./failure.ts";

export interface ElasticsearchSinkOptions extends ElasticsearchSettings {
  readonly name?: string;
  /** Default 45 s: above the client's own time-out, which counts from the last byte. */
  readonly sendTimeoutMs?: number;
}

interface Link {
  server: ServerClient | null;
}

/** Events to data streams; sent again, an event is refused with 409, which is as good as taken. */
export function createElasticsearchSink(options: ElasticsearchSinkOptions): Sink {
  const link: Link = { server: null };
  return {
    name: options.name ?? "elasticsearch",
    kind: "elasticsearch",
    limits: { maxRows: 500, maxBytes: 5 * 1024 ** 2, sendTimeoutMs: options.sendTimeoutMs ?? 45_000 },
    check: (signal) => check(link, options, signal),
    send: (batch, signal) => send(link, options, { batch, signal }),
    close: (deadlineMs) => close(link, deadlineMs),
  };
}

async function send(
  link: Link,
  options: ElasticsearchSinkOptions,
  { batch, signal }: { readonly batch: readonly OutboxRow[]; readonly signal: AbortSignal },
): Promise<SendResult> {
  if (batch.length === 0) return { kind: "settled", outcomes: [] };
  if (link.server === null) {
    const opened = await openClient(options, signal);
    if (!opened.ok) return notOpened(opened.error, batch.length);
    link.server = opened.value;
  }
  return sendBulk({ server: link.server, signal }, batch);
}

/** Nothing was sent yet, so no row can be to blame. */
function notOpened(failure: RequestFailure, rows: number): SendResult {
  const verdict = classifyFailure(failure, { rows, bytes: 0 });
  const blamesRows = verdict.kind === "bisect" || verdict.kind === "too-large";
  return blamesRows ? stop("unexpected-answer", `${failure.text}; is there a proxy in between?`) : verdict;
}

/** The client waits for requests under way, which may hang: at most until the deadline. */
async function close(link: Link, deadlineMs: number): Promise<void> {
  const done = new AbortController();
  await Promise.race([drop(link), sleep(deadlineMs, done.signal)]);
  // A timer that is left would keep the process alive for its whole time.
  done.abort();
}

async function drop(link: Link): Promise<void> {
  const { server } = link;
  link.server = null;
  await server?.client.close();
}

/** With a new client: version, certificate and connections may have changed since the sink stopped. */
async function check(
  link: Link,
  options: ElasticsearchSinkOptions,
  signal: AbortSignal,
): Promise<readonly SinkCheck[]> {
  await drop(link);
  const opened = await openClient(options, signal);
  if (opened.ok) link.server = opened.value;
  return checkElasticsearch(opened, { url: options.url, name: options.name ?? "elasticsearch" }, signal);
}
