import type { Declaration, DeclaredSource, DeclaredState } from "../../../src/domain/declaration.ts";

/** One row of an inventory, as short as a table can say it: host is an address, a network or a name. */
export interface Row {
  readonly host: string;
  readonly port?: number;
  readonly to?: number;
  readonly transport?: Declaration["transport"];
  readonly any?: boolean;
  readonly scope?: readonly string[];
  readonly service?: string;
  readonly tls?: boolean;
  readonly file?: string;
  readonly line?: number;
  readonly stale?: boolean;
  readonly expires?: number;
  readonly confidence?: Declaration["confidence"];
}

export function row({ host, port = 80, to = port, transport = "tcp", scope = [], ...more }: Row): Declaration {
  const { file = "a.csv", line = 1, expires = null, service = null, tls = null, any = false } = more;
  return {
    id: `${host} ${transport} ${port}-${to} ${any} ${scope.join(" ")}`,
    kind: "service",
    action: "allow",
    layer: "inventory",
    target: targetOf(host),
    transport,
    portFrom: port,
    portTo: to,
    anyPort: any,
    scope,
    app: { protocol: service, tls },
    owner: { tool: "inventory", address: host, name: null },
    sources: [{ file, line, column: 1, format: "csv", digest: "d", readAt: 0, stale: more.stale ?? false }],
    expires,
    confidence: more.confidence ?? "exact",
    reasons: [],
  };
}

function targetOf(host: string): Declaration["target"] {
  const nothing = { addresses: [], cidrs: [], hostnames: [] };
  if (host.includes("/")) return { ...nothing, cidrs: [host] };
  return /^[\d.]+$|:/.test(host) ? { ...nothing, addresses: [host] } : { ...nothing, hostnames: [host] };
}

export function source(file: string, more: Partial<DeclaredSource> = {}): DeclaredSource {
  const read = { tool: "inventory", state: "read", entries: 1, digest: "d", readAt: 0 } as const;
  return { file, ...read, completeFor: [], notes: [], ...more };
}

/** Rows and the files they stand in, all of them read. */
export function declared(rows: readonly Row[], sources?: readonly DeclaredSource[]): DeclaredState {
  const files = [...new Set(rows.map(({ file }) => file ?? "a.csv"))];
  return { declarations: rows.map(row), sources: sources ?? files.map((file) => source(file)) };
}
