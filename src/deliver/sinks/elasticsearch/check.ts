import { compareVersions, contentHash } from "../../../domain/asset-content.ts";
import type { InstalledAsset, SetupAsset } from "../../../domain/ports/setup.ts";
import type { SinkCheck } from "../../../domain/ports/sink.ts";
import type { Result } from "../../../lib/result.ts";
import { classifyFailure } from "./classify.ts";
import { type AssetProfile, PROFILES, shipmentOf } from "./assets/shipped.ts";
import { readAsset } from "./calls.ts";
import { type ServerClient, within } from "./connect.ts";
import type { RequestFailure } from "./failure.ts";

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

const LOOK_TIMEOUT_MS = 10_000;

/** The mapping changes with every field, so that its age is that of all assets. */
async function checkTemplates({ client }: ServerClient, signal: AbortSignal): Promise<SinkCheck> {
  const ours = PROFILES.flatMap((profile) => mappingOf(profile));
  const [asset] = ours;
  if (asset === undefined) throw new Error("the templates are missing; reinstall Tripline");
  const read = await readAsset({ client, signal: within(signal, LOOK_TIMEOUT_MS) }, asset.asset);
  if (read.ok) return templates(read.value, ours);
  // The agent's key may write and nothing else: not being allowed to look is not a fault.
  if (read.error.reason === "rights")
    return { name: "templates", ok: true, detail: "the key is not allowed to read templates", fix: null };
  return { name: "templates", ok: false, detail: read.error.text, fix: "check the health of the server" };
}

interface Ours {
  readonly asset: SetupAsset;
  readonly version: string;
}

function mappingOf(profile: AssetProfile): readonly Ours[] {
  const { assets, version } = shipmentOf({ profile });
  return assets.filter(({ name }) => name === "tripline@mappings").map((asset) => ({ asset, version }));
}

const SETUP = "run tripline setup elasticsearch";

function templates(installed: InstalledAsset | null, ours: readonly Ours[]): SinkCheck {
  const name = "templates";
  if (installed === null) return { name, ok: false, detail: "missing", fix: SETUP };
  const { mark } = installed;
  if (mark === null) return { name, ok: true, detail: "not installed by Tripline", fix: null };
  const isCurrent = ours.some(({ asset }) => contentHash(asset.compared) === mark.hash);
  const isNewer = ours.every(({ version }) => compareVersions(mark.version, version) > 0);
  if (isCurrent) return { name, ok: true, detail: "installed", fix: null };
  if (isNewer) return { name, ok: true, detail: `installed by a newer version (${mark.version})`, fix: null };
  const detail = `older than this program (${mark.version})`;
  return { name, ok: true, detail, fix: `${SETUP} --diff, then without it`, warning: { effect: OLD, code: OUTDATED } };
}

const OLD = "events arrive, but fields that are new cannot be searched";
const OUTDATED = "TL496";

function unreachable({ url, name }: Target, failure: RequestFailure): SinkCheck {
  const verdict = classifyFailure(failure, { rows: 0, bytes: 0 });
  const text = verdict.kind === "stop" ? verdict.reason.text : failure.text;
  const fix =
    failure.status === 401
      ? "check the API key"
      : `check outputs.${name}.url, the certificate, and that the server runs`;
  return { name: "connect", ok: false, detail: `${url}: ${text}`, fix };
}
