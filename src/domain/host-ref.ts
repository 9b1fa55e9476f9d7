import type { HostBaseline } from "./baseline.ts";
import type { HostView } from "./cycle.ts";
import type { Deviation, HostRef } from "./deviation.ts";

/** How people and events refer to a host seen in this cycle; what it does not show today comes from memory. */
export function hostRef(host: HostView, tags: readonly string[]): HostRef {
  const { observation, known } = host;
  const families = observation.os?.families ?? [];
  return {
    id: host.id,
    address: observation.address,
    mac: observation.mac ?? known?.fields.get("mac")?.current ?? null,
    name: observation.names[0]?.toLowerCase() ?? known?.fields.get("name")?.current ?? null,
    osFamily: families.length > 0 ? families.join(",") : (known?.fields.get("os_family")?.current ?? null),
    tags,
  };
}

/** The same for a host that is not there. */
export function absentHostRef(known: HostBaseline, tags: readonly string[]): HostRef {
  return {
    id: known.id,
    address: known.address,
    mac: known.fields.get("mac")?.value ?? null,
    name: known.fields.get("name")?.value ?? null,
    osFamily: known.fields.get("os_family")?.value ?? null,
    tags,
  };
}

/** The same deviation with the tags that the operator gave its host. */
export function withTags(found: Deviation, tagsOf: (address: string) => readonly string[]): Deviation {
  const { host } = found;
  const tags = host === null ? [] : tagsOf(host.address);
  return host === null || tags.length === 0 ? found : { ...found, host: { ...host, tags } };
}
