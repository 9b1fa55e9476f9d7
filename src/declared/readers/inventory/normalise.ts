import { didYouMean } from "../../../config/suggest.ts";
import { stableId } from "../../../lib/hash.ts";
import { addressHint, bracketed, formatCidr, parseCidr } from "../../../lib/ip.ts";
import { isoTime } from "../../../lib/time.ts";
import type { FoundDeclaration, Place, Problem } from "../../model/reader.ts";
import type { Cell, InventoryRow } from "./rows.ts";

export interface Normalised {
  readonly declaration: FoundDeclaration | null;
  readonly problems: readonly Problem[];
}

const TRANSPORTS = ["tcp", "udp", "sctp", "any"] as const;
type RowTransport = (typeof TRANSPORTS)[number];

/** One row → a service that should listen. Every wrong cell is reported with its place. */
export function normaliseRow(row: InventoryRow): Normalised {
  const start = row.get("") ?? { text: "", line: 1, column: 1 };
  const target = targetOf(row.get("host"));
  const port = portOf(row.get("port"));
  const proto = TRANSPORTS.find((t) => t === (row.get("proto")?.text.toLowerCase() ?? "tcp"));
  const scope = scopeOf(row.get("scope"));
  const expires = expiryOf(row.get("expires"));
  const problems: Problem[] = [
    ...(typeof target === "string" ? [at(row.get("host") ?? start, target)] : []),
    ...(typeof port === "string" ? [at(row.get("port") ?? start, port)] : []),
    ...(proto === undefined ? [at(row.get("proto") ?? start, protoProblem(row.get("proto")))] : []),
    ...(typeof scope === "string" ? [at(row.get("scope") ?? start, scope)] : []),
    ...(typeof expires === "string" ? [at(row.get("expires") ?? start, expires)] : []),
  ];
  if (
    typeof target === "string" ||
    typeof port === "string" ||
    proto === undefined ||
    typeof scope === "string" ||
    typeof expires === "string"
  ) {
    return { declaration: null, problems };
  }
  const place = { line: start.line, column: start.column };
  return { declaration: record({ row, target, port, proto, scope, expires, place }), problems };
}

function at(cell: Cell, message: string): Problem {
  return { line: cell.line, column: cell.column, message };
}

type Target = FoundDeclaration["target"];
interface Ports {
  readonly from: number;
  readonly to: number;
  readonly any: boolean;
}

function targetOf(cell: Cell | undefined): Target | string {
  if (cell === undefined) return "host is missing: an address, CIDR, range like 10.0.0.4-9, or a name";
  const { text } = cell;
  const range = /^(\d+\.\d+\.\d+\.)(\d{1,3})-(\d{1,3})$/.exec(text);
  if (range !== null) return rangeOf(String(range[1]), Number(range[2]), Number(range[3]));
  const cidr = parseCidr(text);
  if (cidr !== null) {
    const canonical = formatCidr(cidr);
    return canonical.includes("/")
      ? { addresses: [], cidrs: [canonical], hostnames: [] }
      : { addresses: [canonical], cidrs: [], hostnames: [] };
  }
  const name = text.toLowerCase().replace(/\.$/, "");
  if (isName(name)) return { addresses: [], cidrs: [], hostnames: [name] };
  const hint = addressHint(text);
  return `"${text.slice(0, 64)}" is not an address, CIDR, range or name${hint === null ? "" : `: ${hint}`}`;
}

/** A name may begin with a digit, but a last label that does is a mistyped address. */
function isName(text: string): boolean {
  const labels = text.split(".");
  const letters = labels.length === 1 ? labels[0] : labels.at(-1);
  return (
    text.length <= 253 &&
    /^[a-z]/.test(letters ?? "") &&
    labels.every((l) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?$/.test(l))
  );
}

function rangeOf(prefix: string, from: number, to: number): Target | string {
  if (from > to || to > 255) return "a range of last octets must go upwards and end at 255 at most";
  const addresses = Array.from({ length: to - from + 1 }, (_, i) => `${prefix}${from + i}`);
  return addresses.every((address) => parseCidr(address) !== null)
    ? { addresses, cidrs: [], hostnames: [] }
    : `"${prefix}…" is not an IPv4 address`;
}

function portOf(cell: Cell | undefined): Ports | string {
  if (cell === undefined) return "port is missing: a number, a range like 8000-8010, or *";
  if (cell.text === "*") return { from: 1, to: 65_535, any: true };
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(cell.text);
  const from = Number(match?.[1]);
  const to = match?.[2] === undefined ? from : Number(match[2]);
  if (match === null || from < 1 || to > 65_535 || from > to)
    return `"${cell.text.slice(0, 32)}" is not a port, range like 8000-8010, or *`;
  return { from, to, any: false };
}

function protoProblem(cell: Cell | undefined): string {
  const written = cell?.text ?? "";
  const meant = didYouMean(written, TRANSPORTS);
  return `proto is tcp, udp, sctp or any, got "${written.slice(0, 32)}"${meant === null ? "" : `; did you mean ${meant}?`}`;
}

function scopeOf(cell: Cell | undefined): readonly string[] | string {
  const parts = (cell?.text ?? "").split(/[\s|]+/).filter((part) => part !== "");
  const cidrs = parts.map((part) => ({ part, cidr: parseCidr(part) }));
  const wrong = cidrs.find(({ cidr }) => cidr === null);
  if (wrong !== undefined) return `scope: "${wrong.part.slice(0, 64)}" is not an address or CIDR`;
  return cidrs.flatMap(({ cidr }) => (cidr === null ? [] : [formatCidr(cidr)])).toSorted();
}

function expiryOf(cell: Cell | undefined): number | null | string {
  if (cell === undefined) return null;
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(cell.text) ? Date.parse(cell.text) : Number.NaN;
  // The 30th of February is read as a day in March.
  return Number.isNaN(ms) || !isoTime(ms).startsWith(cell.text)
    ? `expires: a date looks like 2027-03-01, got "${cell.text.slice(0, 32)}"`
    : ms;
}

function record(parts: {
  readonly row: InventoryRow;
  readonly target: Target;
  readonly port: Ports;
  readonly proto: RowTransport;
  readonly scope: readonly string[];
  readonly expires: number | null;
  readonly place: Place;
}): FoundDeclaration {
  const { row, target, port, proto, scope, expires, place } = parts;
  const who = [...target.addresses, ...target.cidrs, ...target.hostnames].join(" ");
  const service = row.get("service")?.text.toLowerCase() ?? null;
  const owner = row.get("owner")?.text ?? null;
  return {
    id: stableId("inventory", who, "service", proto, String(port.from), String(port.to), "allow", scope.join(" ")),
    kind: "service",
    action: "allow",
    layer: "inventory",
    target,
    transport: proto,
    portFrom: port.from,
    portTo: port.to,
    anyPort: port.any,
    scope,
    app: {
      protocol: service,
      tls: service === null ? null : /^(https|imaps|pop3s|smtps|ldaps|ftps)$/.test(service) || null,
    },
    owner: {
      tool: "inventory",
      address: `${bracketed(who)}:${port.any ? "*" : port.from === port.to ? port.from : `${port.from}-${port.to}`}/${proto}`,
      name: owner,
    },
    place,
    expires,
    confidence: "exact",
    reasons: [],
  };
}
