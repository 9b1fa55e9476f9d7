import { createHash } from "node:crypto";
import { parseIntervals, size } from "../../src/lib/intervals.ts";

/** Text, a list or a table, as NSE writes it. */
export type ScriptNode = string | readonly ScriptNode[] | { readonly [key: string]: ScriptNode };

export interface ScriptSpec {
  readonly id: string;
  readonly output?: string;
  readonly value?: ScriptNode;
}

export interface ServiceSpec {
  readonly name: string;
  readonly product?: string;
  readonly version?: string;
  readonly extrainfo?: string;
  readonly tunnel?: "ssl";
  /** Default `probed`, or `table` when only a name is given. */
  readonly method?: "probed" | "table";
  readonly conf?: number;
  readonly cpe?: readonly string[];
  readonly servicefp?: string;
}

export interface PortSpec {
  readonly port: number;
  readonly proto?: "tcp" | "udp" | "sctp";
  readonly state?: string;
  readonly reason?: string;
  readonly ttl?: number;
  readonly service?: ServiceSpec;
  readonly scripts?: readonly ScriptSpec[];
}

export interface ExtraSpec {
  readonly state: string;
  readonly count: number;
  readonly reason?: string;
  readonly proto?: "tcp" | "udp" | "sctp";
}

export interface OsSpec {
  readonly matches: readonly {
    readonly name: string;
    readonly accuracy: number;
    readonly family: string;
    readonly vendor?: string;
    readonly type?: string;
  }[];
  /** Default: one open and one closed TCP port, nmap's good conditions. */
  readonly portsUsed?: readonly { readonly state: string; readonly proto: string; readonly port: number }[];
  readonly fingerprint?: string;
}

export interface HostSpec {
  readonly address: string;
  /** Default: made from the address, universally administered; null: none, as off the local link. */
  readonly mac?: string | null;
  readonly vendor?: string;
  /** PTR names. */
  readonly names?: readonly string[];
  readonly userNames?: readonly string[];
  readonly state?: "up" | "down";
  readonly reason?: string;
  readonly ports?: readonly PortSpec[];
  /** Default: what is missing to the number of services, per protocol, closed with a reset. */
  readonly extraports?: readonly ExtraSpec[];
  readonly os?: OsSpec;
  readonly timedOut?: boolean;
  /** Unix seconds. */
  readonly start?: number;
  readonly end?: number;
  readonly distance?: number;
  readonly srtt?: number;
  readonly hostScripts?: readonly ScriptSpec[];
  /** XML put before the end of the element, as it is. */
  readonly extraXml?: string;
}

export interface ScanInfoSpec {
  readonly type: string;
  readonly protocol: string;
  /** nmap's spelling: `22,80,8000-8010`. */
  readonly services: string;
  readonly numservices?: number;
}

export interface NmapXmlSpec {
  readonly hosts?: readonly HostSpec[];
  /** Default: a SYN scan of TCP 1–1000; empty for a ping scan. */
  readonly scaninfo?: readonly ScanInfoSpec[];
  readonly args?: string;
  readonly version?: string;
  /** Unix seconds. */
  readonly start?: number;
  readonly finished?: number;
  readonly verbose?: number;
  /** Addresses that were down without a host element. */
  readonly down?: number;
  readonly total?: number;
  /** Hosts counted as up; default: those that are listed. */
  readonly counted?: number;
  readonly exit?: "success" | "error";
  readonly errorMessage?: string;
  readonly skipped?: readonly string[];
  /** XML put between header and hosts, as it is. */
  readonly extraXml?: string;
}

const DEFAULT_SCANINFO: readonly ScanInfoSpec[] = [{ type: "syn", protocol: "tcp", services: "1-1000" }];
const START = 1_760_000_000;

/** A valid nmap XML document whose sums are right, unless the specification says otherwise. */
export function nmapXml(spec: NmapXmlSpec): string {
  return [...nmapXmlParts(spec)].join("");
}

/** The same, piece by piece, for documents that should not stand in memory whole. */
export function* nmapXmlParts(spec: NmapXmlSpec): Generator<string> {
  const hosts = spec.hosts ?? [];
  const start = spec.start ?? START;
  const finished = spec.finished ?? start + 60;
  yield header(spec, start);
  for (const host of hosts) yield hostXml(host, spec.scaninfo ?? DEFAULT_SCANINFO, { start, finished });
  const up = hosts.filter((h) => h.state !== "down").length;
  const counted = spec.counted ?? up;
  const down = hosts.length - up + (spec.down ?? 0);
  yield trailer(spec, { finished, elapsed: finished - start, up: counted, down, total: spec.total ?? counted + down });
}

function header(spec: NmapXmlSpec, start: number): string {
  const args = escapeXml(spec.args ?? "nmap -sS -sV -v -oX scan.xml --no-stylesheet 10.0.0.0/24");
  const info = (spec.scaninfo ?? DEFAULT_SCANINFO)
    .map(
      (s) =>
        `<scaninfo${attributes({ type: s.type, protocol: s.protocol, numservices: s.numservices ?? services(s), services: s.services })}/>\n`,
    )
    .join("");
  const skipped = (spec.skipped ?? []).map(
    (s) => `<target${attributes({ specification: s, status: "skipped", reason: "invalid" })}/>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<!-- Nmap ${spec.version ?? "7.93"} scan initiated as: ${args} -->
<nmaprun scanner="nmap" args="${args}" start="${start}" startstr="then" version="${spec.version ?? "7.93"}" xmloutputversion="1.05">
${info}<verbose level="${spec.verbose ?? 0}"/>
<debugging level="0"/>
${skipped.join("")}${spec.extraXml ?? ""}`;
}

function trailer(
  spec: NmapXmlSpec,
  t: { finished: number; elapsed: number; up: number; down: number; total: number },
): string {
  const finished = attributes({
    time: t.finished,
    timestr: "then",
    summary: "Nmap done",
    elapsed: t.elapsed.toFixed(2),
    exit: spec.exit ?? "success",
    errormsg: spec.errorMessage,
  });
  return `<runstats><finished${finished}/><hosts up="${t.up}" down="${t.down}" total="${t.total}"/>\n</runstats>\n</nmaprun>\n`;
}

function hostXml(host: HostSpec, info: readonly ScanInfoSpec[], times: { start: number; finished: number }): string {
  if (host.state === "down") return downXml(host);
  const mac = host.mac === undefined ? macFor(host.address) : host.mac;
  const family = host.address.includes(":") ? "ipv6" : "ipv4";
  const ports = host.timedOut === true || info.length === 0 ? "" : portsXml(host, info);
  return `<host${attributes({ starttime: host.start ?? times.start, endtime: host.end ?? times.finished, timedout: host.timedOut })}><status state="up" reason="${host.reason ?? "arp-response"}" reason_ttl="0"/>
<address addr="${host.address}" addrtype="${family}"/>
${mac === null ? "" : `<address${attributes({ addr: mac, addrtype: "mac", vendor: host.vendor })}/>\n`}<hostnames>
${names(host)}</hostnames>
${ports}${host.os === undefined ? "" : osXml(host.os)}${host.distance === undefined ? "" : `<distance value="${host.distance}"/>\n`}${hostScripts(host)}${host.extraXml ?? ""}<times srtt="${host.srtt ?? 312}" rttvar="74" to="100000"/>
</host>
`;
}

function downXml(host: HostSpec): string {
  return `<host><status state="down" reason="${host.reason ?? "no-response"}" reason_ttl="0"/>
<address addr="${host.address}" addrtype="${host.address.includes(":") ? "ipv6" : "ipv4"}"/>
</host>
`;
}

function names(host: HostSpec): string {
  const line = (name: string, type: string) => `<hostname${attributes({ name, type })}/>\n`;
  return [...(host.userNames ?? []).map((n) => line(n, "user")), ...(host.names ?? []).map((n) => line(n, "PTR"))].join(
    "",
  );
}

function hostScripts(host: HostSpec): string {
  return host.hostScripts === undefined ? "" : `<hostscript>${host.hostScripts.map(scriptXml).join("")}</hostscript>\n`;
}

function portsXml(host: HostSpec, info: readonly ScanInfoSpec[]): string {
  const extras = host.extraports ?? remaining(host.ports ?? [], info);
  const states = [...new Set(extras.map((e) => e.state))];
  const collapsed = states.map((state) =>
    extraportsXml(
      state,
      extras.filter((e) => e.state === state),
    ),
  );
  return `<ports>${collapsed.join("")}${(host.ports ?? []).map(portXml).join("")}</ports>\n`;
}

function remaining(ports: readonly PortSpec[], info: readonly ScanInfoSpec[]): readonly ExtraSpec[] {
  return info.flatMap((s): readonly ExtraSpec[] => {
    const proto = s.protocol === "udp" ? "udp" : "tcp";
    const count = (s.numservices ?? services(s)) - ports.filter((p) => (p.proto ?? "tcp") === proto).length;
    const reason = proto === "udp" ? "port-unreach" : s.type === "connect" ? "conn-refused" : "reset";
    return count > 0 ? [{ state: "closed", count, reason, proto }] : [];
  });
}

function extraportsXml(state: string, extras: readonly ExtraSpec[]): string {
  const reason = (e: ExtraSpec) => e.reason ?? (state === "closed" ? "reset" : "no-response");
  const lines = extras.map(
    (e) => `<extrareasons${attributes({ reason: reason(e), count: e.count, proto: e.proto ?? "tcp" })}/>\n`,
  );
  return `<extraports state="${state}" count="${extras.reduce((sum, e) => sum + e.count, 0)}">\n${lines.join("")}</extraports>\n`;
}

function portXml(port: PortSpec): string {
  const state = port.state ?? "open";
  const reason = port.reason ?? REASONS.get(state) ?? "no-response";
  const service = port.service === undefined ? "" : serviceXml(port.service);
  return `<port protocol="${port.proto ?? "tcp"}" portid="${port.port}"><state state="${state}" reason="${reason}" reason_ttl="${port.ttl ?? 64}"/>${service}${(port.scripts ?? []).map(scriptXml).join("")}</port>\n`;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["open", "syn-ack"],
  ["closed", "reset"],
]);

function serviceXml(s: ServiceSpec): string {
  const method = s.method ?? (s.product === undefined ? "table" : "probed");
  const { name, product, version, extrainfo, tunnel, servicefp } = s;
  const conf = s.conf ?? (method === "probed" ? 10 : 3);
  const open = `<service${attributes({ name, product, version, extrainfo, servicefp, tunnel, method, conf })}`;
  return s.cpe === undefined
    ? `${open}/>`
    : `${open}>${s.cpe.map((c) => `<cpe>${escapeXml(c)}</cpe>`).join("")}</service>`;
}

function scriptXml(script: ScriptSpec): string {
  const inner = script.value === undefined ? "" : nodeXml(script.value);
  return `<script${attributes({ id: script.id, output: script.output ?? "" })}>${inner}</script>`;
}

function nodeXml(node: ScriptNode): string {
  if (typeof node === "string") return escapeXml(node);
  const entries: readonly (readonly [string | undefined, ScriptNode])[] = isList(node)
    ? node.map((child) => [undefined, child] as const)
    : Object.entries(node);
  return entries
    .map(([key, child]) => {
      const tag = typeof child === "string" ? "elem" : "table";
      return `<${tag}${attributes({ key })}>${nodeXml(child)}</${tag}>\n`;
    })
    .join("");
}

function isList(node: ScriptNode): node is readonly ScriptNode[] {
  return Array.isArray(node);
}

function osXml(os: OsSpec): string {
  const used = os.portsUsed ?? [
    { state: "open", proto: "tcp", port: 22 },
    { state: "closed", proto: "tcp", port: 1 },
  ];
  const usedXml = used.map((p) => `<portused${attributes({ state: p.state, proto: p.proto, portid: p.port })}/>\n`);
  const matches = os.matches.map((m) => {
    const osclass = attributes({
      type: m.type ?? "general purpose",
      vendor: m.vendor ?? m.family,
      osfamily: m.family,
      accuracy: m.accuracy,
    });
    return `<osmatch${attributes({ name: m.name, accuracy: m.accuracy, line: 1 })}>\n<osclass${osclass}/>\n</osmatch>\n`;
  });
  const fingerprint =
    os.fingerprint === undefined ? "" : `<osfingerprint${attributes({ fingerprint: os.fingerprint })}/>\n`;
  return `<os>${usedXml.join("")}${matches.join("")}${fingerprint}</os>\n`;
}

function services(info: ScanInfoSpec): number {
  return size(parseIntervals(info.services) ?? []);
}

/** A stable MAC under a real vendor prefix: locally administered ones are rightly weak evidence. */
function macFor(address: string): string | null {
  if (address.startsWith("127.")) return null;
  const tail = createHash("sha256").update(address).digest("hex").slice(0, 6).toUpperCase();
  return `00:1B:21:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4)}`;
}

function attributes(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  let text = "";
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) text += ` ${name}="${escapeXml(String(value))}"`;
  }
  return text;
}

/** Escapes as nmap does: markup, `--`, and every byte outside printable ASCII by itself. */
function escapeXml(text: string): string {
  return /^[\w ./:;,()+@=-]*$/.test(text) && !text.includes("--") ? text : escapeBytes(Buffer.from(text, "utf8"));
}

export function escapeBytes(bytes: Uint8Array): string {
  let escaped = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (byte < 0x20 || byte > 0x7e) escaped += `&#x${byte.toString(16)};`;
    else if (char === "-" && escaped.endsWith("-")) escaped += "&#45;";
    else escaped += MARKUP.get(char) ?? char;
  }
  return escaped;
}

const MARKUP: ReadonlyMap<string, string> = new Map([
  ["<", "&lt;"],
  [">", "&gt;"],
  ["&", "&amp;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
]);
