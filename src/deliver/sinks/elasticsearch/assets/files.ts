import { contentHash } from "../../../../domain/asset-content.ts";
import type { AssetMark, JsonObject, SetupAsset, Shipment } from "../../../../domain/ports/setup.ts";
import { PATHS } from "./paths.ts";

/** As the server gets it: who made it, which version, and a hash that shows later changes by hand. */
export function marked({ body }: SetupAsset, { version, hash }: AssetMark): JsonObject {
  return { ...body, _meta: { managed_by: "tripline", version, hash } };
}

/** One file per asset, and the calls that install them, for people who may not let a program call the server. */
export function assetFiles({ assets, version }: Shipment): ReadonlyMap<string, string> {
  const files = assets.map((asset): [string, string] => {
    const body = marked(asset, { version, hash: contentHash(asset.compared) });
    return [fileOf(asset), `${JSON.stringify(body, null, 2)}\n`];
  });
  return new Map([...files, ["install.sh", script(assets)]]);
}

function fileOf({ kind, name }: SetupAsset): string {
  return `${kind}/${name}.json`;
}

function script(assets: readonly SetupAsset[]): string {
  const calls = assets.map((asset) => {
    const path = PATHS[asset.kind] ?? "/";
    return `put '${path}${asset.name}' '${fileOf(asset)}'`;
  });
  return [
    "#!/bin/sh",
    "# ES_URL=https://es.internal:9200 ES_API_KEY=… sh install.sh",
    "set -eu",
    'cd "$(dirname "$0")"',
    "put() {",
    '  curl -fsS -X PUT -H "Authorization: ApiKey $ES_API_KEY" -H "Content-Type: application/json" --data-binary "@$2" "$ES_URL$1"',
    "}",
    ...calls,
    "",
  ].join("\n");
}
