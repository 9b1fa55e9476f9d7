import { basename } from "node:path";
import { elasticsearchAssets } from "../../../scripts/assets/elasticsearch.ts";
import type { Asset } from "../../../src/deliver/sinks/elasticsearch/setup.ts";

/** The templates as `tripline setup elasticsearch --profile core` installs them: all that the slim server can hold. */
export function coreAssets(): readonly Asset[] {
  return [...elasticsearchAssets()].flatMap(([path, body]): Asset[] => {
    const [profile, kind, file = ""] = path.split("/");
    if (profile !== "core" || (kind !== "component" && kind !== "index")) return [];
    return [{ kind, name: basename(file, ".json"), body }];
  });
}
