import type { SinkCheck } from "../../../domain/ports/sink.ts";
import type { Result } from "../../../lib/result.ts";
import { classifyFailure } from "./classify.ts";
import { type ServerClient, within } from "./connect.ts";
import { failureOf, type RequestFailure } from "./failure.ts";

interface Target {
  readonly url: string;
  /** Of the output. */
  readonly name: string;
}

/** Connection, then templates: without them the server would create its own mappings. */
export async function checkElasticsearch(
  opened: Result<ServerClient, RequestFailure>,
  target: Target,
  signal: AbortSignal,
): Promise<readonly SinkCheck[]> {
  if (!opened.ok) return [unreachable(target, opened.error)];
  const { version } = opened.value;
  const at = version === null ? target.url : `${target.url}, ${version}`;
  return [{ name: "connect", ok: true, detail: at, fix: null }, await checkTemplates(opened.value, signal)];
}

const TEMPLATE = "logs-tripline.anomaly";
const LOOK_TIMEOUT_MS = 10_000;

async function checkTemplates({ client }: ServerClient, signal: AbortSignal): Promise<SinkCheck> {
  try {
    const there = await client.indices.existsIndexTemplate(
      { name: TEMPLATE },
      { signal: within(signal, LOOK_TIMEOUT_MS) },
    );
    const fix = there ? null : "run tripline setup elasticsearch";
    return { name: "templates", ok: there, detail: there ? "installed" : "missing", fix };
  } catch (error) {
    const failure = failureOf(error);
    // The agent's key may write and nothing else: not being allowed to look is not a fault.
    if (failure.status === 403)
      return { name: "templates", ok: true, detail: "the key is not allowed to read templates", fix: null };
    return { name: "templates", ok: false, detail: failure.text, fix: "check the health of the server" };
  }
}

function unreachable({ url, name }: Target, failure: RequestFailure): SinkCheck {
  const verdict = classifyFailure(failure, { rows: 0, bytes: 0 });
  const text = verdict.kind === "stop" ? verdict.reason.text : failure.text;
  const fix =
    failure.status === 401
      ? "check the API key"
      : `check outputs.${name}.url, the certificate, and that the server runs`;
  return { name: "connect", ok: false, detail: `${url}: ${text}`, fix };
}
