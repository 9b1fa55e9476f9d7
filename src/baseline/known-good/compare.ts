import { sameValue } from "../../domain/fields/compare.ts";
import type { HostField } from "../../domain/fields/host.ts";
import type { PortField } from "../../domain/fields/port.ts";
import type { KnownDifference, KnownFields, KnownGood, KnownHost, KnownPort } from "../../domain/known-good.ts";
import { portText } from "../../domain/network.ts";
import { compareAddresses } from "../../lib/ip.ts";
import { matchHosts } from "./match.ts";

/**
 * Differences between a file and this baseline, in both directions; by address, then port. How often something was seen is
 * not a difference, nor is the id of a host.
 */
export function compareKnownGood(file: KnownGood, here: KnownGood): readonly KnownDifference[] {
  const matched = matchHosts(file.hosts, here.hosts);
  const both = new Set(matched.values());
  const found = [
    ...file.hosts.flatMap((host) => hostDifferences(host, matched.get(host) ?? null)),
    ...here.hosts.filter((host) => !both.has(host)).flatMap((host) => hostDifferences(null, host)),
  ];
  return found.toSorted((a, b) => compareAddresses(a.address, b.address));
}

function hostDifferences(file: KnownHost | null, here: KnownHost | null): readonly KnownDifference[] {
  const address = file?.address ?? here?.address ?? "";
  if (file === null || here === null) {
    const [host] = [file ?? here].filter((one) => one !== null);
    const said = host === undefined ? "" : summary(host);
    return [{ address, subject: "host", field: null, file: file && said, here: here && said }];
  }
  const moved = file.address === here.address ? [] : [{ field: "ip", file: file.address, here: here.address }];
  const fields = [...moved, ...fieldDifferences<HostField>(file.fields, here.fields)];
  return [
    ...fields.map((one) => ({ address, subject: "host", ...one })),
    ...portDifferences(file, here).map((one) => ({ address, ...one })),
  ];
}

/** `web1 with 22/tcp, 443/tcp`; the ports of a host that only one of them has are not listed one by one. */
function summary({ fields, ports }: KnownHost): string {
  const MOST = 6;
  const texts = [...ports.values()].map(portText);
  const more = texts.length > MOST ? `, ${texts.length - MOST} more` : "";
  const which = texts.length === 0 ? "no open ports" : `${texts.slice(0, MOST).join(", ")}${more}`;
  return [...(fields.get("name")?.slice(0, 1) ?? []), which].join(" with ");
}

function portDifferences(file: KnownHost, here: KnownHost): readonly Omit<KnownDifference, "address">[] {
  const keys = [...new Set([...file.ports.keys(), ...here.ports.keys()])];
  return keys.flatMap((key) => {
    const [said, is] = [file.ports.get(key) ?? null, here.ports.get(key) ?? null];
    const port = said ?? is;
    if (port === null) return [];
    const subject = portText(port);
    if (said === null || is === null)
      return [{ subject, field: null, file: said && service(said), here: is && service(is) }];
    return fieldDifferences<PortField>(said.fields, is.fields).map((one) => ({ subject, ...one }));
  });
}

function service({ fields }: KnownPort): string {
  const words = (["service", "product", "version"] as const).flatMap((field) => fields.get(field)?.slice(0, 1) ?? []);
  return ["open", ...words].join(" ");
}

/** Of each field only the values that the other side does not have. */
function fieldDifferences<F extends HostField | PortField>(
  file: KnownFields<F>,
  here: KnownFields<F>,
): readonly Omit<KnownDifference, "address" | "subject">[] {
  const names = [...new Set([...file.keys(), ...here.keys()])];
  return names.flatMap((field) => {
    const [said, is] = [file.get(field) ?? [], here.get(field) ?? []];
    const missing = said.filter((value) => !is.some((other) => sameValue(field, value, other)));
    const more = is.filter((value) => !said.some((other) => sameValue(field, value, other)));
    if (missing.length === 0 && more.length === 0) return [];
    return [{ field, file: listed(missing), here: listed(more) }];
  });
}

function listed(values: readonly string[]): string | null {
  return values.length === 0 ? null : values.join(" | ");
}
