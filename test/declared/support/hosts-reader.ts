import { z } from "zod";
import type { DeclarationReader, FoundDeclaration, Problem, ReaderInput } from "../../../src/declared/model/reader.ts";
import { stableId } from "../../../src/lib/hash.ts";
import { canonicalAddress } from "../../../src/lib/ip.ts";

/**
 * A second tool, as small as a reader can be: `10.0.0.5:22` a line. It shows that a new reader needs its own file and a
 * place in a list of readers, nothing else.
 */
export const hosts: DeclarationReader = {
  tool: "hosts",
  reads: "list of address:port",
  key: "hosts",
  entry: {
    hosts: z.string().min(1).meta({ title: "path" }).describe("file with one address:port a line"),
    transport: z.enum(["tcp", "udp"]).default("tcp").describe("of every port in it"),
  },
  recognises: ({ text }) => /^\d+\.\d+\.\d+\.\d+:\d+\s*$/m.test(text),
  read: async (input) => {
    const { transport } = OPTIONS.parse(input.options);
    const lines = linesOf(input).map((line) => ({ ...line, found: rowOf(line, transport) }));
    const problems = lines.flatMap(({ line, found }): Problem[] => {
      return found === null ? [{ line, column: 1, message: "is not an address:port" }] : [];
    });
    const [first, ...others] = problems;
    if (first !== undefined) return { state: "refused", problems: [first, ...others] };
    return { state: "read", format: "hosts", declarations: lines.flatMap(({ found }) => found ?? []), warnings: [] };
  },
};

const OPTIONS = z.object({ transport: z.enum(["tcp", "udp"]) });

interface Line {
  readonly text: string;
  readonly line: number;
}

function linesOf({ text }: Pick<ReaderInput, "text">): readonly Line[] {
  return text.split(/\r?\n/).flatMap((row, i) => (row.trim() === "" ? [] : [{ text: row.trim(), line: i + 1 }]));
}

function rowOf({ text, line }: Line, transport: "tcp" | "udp"): FoundDeclaration | null {
  const [, host = "", digits = ""] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const address = canonicalAddress(host);
  const port = Number(digits);
  if (address === null || port < 1 || port > 65_535) return null;
  return {
    id: stableId("hosts", address, transport, digits),
    kind: "service",
    action: "allow",
    layer: "none",
    target: { addresses: [address], cidrs: [], hostnames: [] },
    transport,
    portFrom: port,
    portTo: port,
    anyPort: false,
    scope: [],
    app: { protocol: null, tls: null },
    owner: { tool: "hosts", address: text, name: null },
    place: { line, column: 1 },
    expires: null,
    confidence: "exact",
    reasons: [],
  };
}
