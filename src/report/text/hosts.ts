import type { FieldBaseline, HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import { portText } from "../../domain/network.ts";
import { isoTime } from "../../lib/time.ts";
import { type HostsView, hostState, portsInOrder } from "../model/hosts.ts";
import { counted, key, lines, spare, type TableBlock, type TextDocument, text } from "./document.ts";

export function hostsText({ hosts, detail, wide }: HostsView): TextDocument {
  if (detail) return hosts.flatMap((host) => hostText(host, wide));
  if (hosts.length === 0) return [lines("no hosts known yet: run tripline scan")];
  const rows = hosts.map((host) => [
    host.address,
    hostState(host),
    host.fields.get("name")?.value ?? "—",
    host.fields.get("mac")?.value ?? "—",
    portsInOrder(host)
      .filter((port) => port.current === "open")
      .map(portText)
      .join(" "),
  ]);
  const columns = [key("ADDRESS"), key("STATE"), text("NAME", 16), spare("MAC"), text("OPEN", 20)];
  return [{ kind: "table", columns, rows, indent: 2 }];
}

/** Facts of the raw TCP/IP fingerprint: one long word that says nothing to most people. */
const RAW_FIELDS: ReadonlySet<string> = new Set(["stack"]);

const LABELS: ReadonlyMap<string, string> = new Map([
  ["ip", "address"],
  ["mac", "MAC"],
  ["os_family", "OS family"],
  ["reason_ttl", "answer TTL"],
  ["all_ports_open", "answers on every port"],
  ["extra_info", "extra info"],
  ["tls", "TLS key"],
  ["ssh", "SSH keys"],
  ["http_title", "title"],
]);

function hostText(host: HostBaseline, wide: boolean): TextDocument {
  const scans = counted(host.covered, "covered scan", "covered scans");
  const seen = `${scans}, first ${isoTime(host.firstSeen.at)}, last ${isoTime(host.lastSeen.at)}`;
  const raw = [...host.fields.keys()].filter((name) => RAW_FIELDS.has(name));
  return [
    lines(`${host.address}  ${hostState(host)}  ${host.id}`, `  ${seen}`),
    fieldTable([...host.fields].filter(([name]) => wide || !RAW_FIELDS.has(name))),
    ...portTable(portsInOrder(host)),
    ...(wide || raw.length === 0 ? [] : [lines([{ text: `  not shown: ${raw.join(", ")} (--wide)`, tone: "dim" }])]),
  ];
}

function fieldTable(fields: readonly (readonly [name: string, field: FieldBaseline])[]): TableBlock {
  const rows = fields.map(([name, { value, current }]) => [
    labelOf(name),
    current === value ? value : `${value}, now ${current}`,
  ]);
  return { kind: "table", columns: [key(""), text("")], rows, indent: 2 };
}

function portTable(ports: readonly PortBaseline[]): readonly TableBlock[] {
  if (ports.length === 0) return [];
  const rows = ports.map((port) => [
    portText(port),
    port.reference === port.current ? port.current : `${port.current}, normal: ${port.reference}`,
    [...port.fields].map(([name, { current }]) => `${labelOf(name)} ${current}`).join(" · "),
  ]);
  return [{ kind: "table", columns: [key(""), key(""), text("")], rows, indent: 2 }];
}

function labelOf(name: string): string {
  return LABELS.get(name) ?? name;
}
