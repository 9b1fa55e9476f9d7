import { contentHash } from "../../../../domain/asset-content.ts";
import type { AssetMark, JsonObject, SetupAsset, Shipment } from "../../../../domain/ports/setup.ts";
import { PATHS } from "./paths.ts";
import type { AssetProfile } from "./shipped.ts";

/** As the server gets it: who made it, which version, and a hash that shows later changes by hand. */
export function marked({ body }: SetupAsset, { version, hash }: AssetMark): JsonObject {
  return { ...body, _meta: { managed_by: "tripline", version, hash } };
}

/** One file per asset, and the calls that install them, for people who may not let a program call the server. */
export function assetFiles({ assets, version }: Shipment, profile: AssetProfile): ReadonlyMap<string, string> {
  const files = assets.map((asset): [string, string] => {
    // A pipeline of OpenSearch has no room for a mark.
    const bare = profile === "opensearch" && asset.kind === "pipeline";
    const body = bare ? asset.body : marked(asset, { version, hash: contentHash(asset.compared) });
    return [fileOf(asset), `${JSON.stringify(body, null, 2)}\n`];
  });
  return new Map([...files, ["install.sh", script(assets)]]);
}

function fileOf({ kind, name }: SetupAsset): string {
  return `${kind}/${name}.json`;
}

function script(assets: readonly SetupAsset[]): string {
  const calls = assets.flatMap((asset) => {
    const path = `${PATHS[asset.kind] ?? "/"}${asset.name}`;
    if (asset.kind !== "transform") return [`put '${path}' '${fileOf(asset)}'`];
    return [`put '${path}?defer_validation=true' '${fileOf(asset)}'`, `call POST '${path}/_start'`];
  });
  return [...HEAD, ...calls, ""].join("\n");
}

/** The credentials go to curl by its standard input, so that no list of processes shows them. */
const HEAD = [
  "#!/bin/sh",
  "# URL=https://es.internal:9200 AUTHORIZATION='ApiKey …' sh install.sh",
  "# CURL_CA_BUNDLE names the certificate of a private authority.",
  "set -eu",
  ': "${URL:?is the address of the server}"',
  'cd "$(dirname "$0")"',
  "call() {",
  "  method=$1 path=$2",
  "  shift 2",
  "  printf 'Authorization: %s\\n' \"${AUTHORIZATION:-}\" |",
  '    curl -fsS -X "$method" -H @- -H "Content-Type: application/json" "$URL$path" "$@"',
  '  echo "  $path"',
  "}",
  'put() { call PUT "$1" --data-binary "@$2"; }',
];
