import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import { portText } from "../../domain/network.ts";
import { canonicalAddress, compareAddresses } from "../../lib/ip.ts";
import { err, ok } from "../../lib/result.ts";
import { isoTime } from "../../lib/time.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";
import { cut, table } from "../render/table.ts";
import { type CommandHost, onState } from "./command.ts";

const EXAMPLES = helpEnd("tripline hosts", "tripline hosts 10.20.0.31");

/** `tripline hosts [ADDRESS]`: the inventory, or one host with its ports, now beside normal. */
export function addHosts(host: CommandHost): void {
  const { program, done } = host;
  program
    .command("hosts [address]")
    .description("what is known of the segment; with an address one host in detail")
    .addHelpText("after", EXAMPLES)
    .action(async (address: string | undefined, _: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await hosts(host, command.optsWithGlobals(), address)),
    );
}

function hosts({ io }: CommandHost, options: GlobalOptions, address: string | undefined): Promise<number> {
  return onState({ io, globals: options, access: "read" }, async ({ loaded, store }) => {
    const baseline = await store.cycles.loadBaseline(loaded.config.segment);
    const all = [...baseline.hosts.values()].toSorted((a, b) => compareAddresses(a.address, b.address));
    const wanted = address === undefined ? undefined : (canonicalAddress(address) ?? address);
    const chosen = wanted === undefined ? all : all.filter((host) => host.address === wanted);
    if (address !== undefined && chosen.length === 0) {
      return err({
        code: "TL603",
        exit: EXIT.usage,
        what: `no host is known at ${address}`,
        effect: "Nothing to show.",
        fix: "List all with tripline hosts.",
      });
    }
    const text = address === undefined ? inventory(all) : chosen.map(detail).join("\n");
    printResult(io, options, { data: chosen.map(plain), text: () => text });
    return ok(EXIT.done);
  });
}

function inventory(all: readonly HostBaseline[]): string {
  if (all.length === 0) return "no hosts known yet: run tripline scan";
  const rows = all.map((host) => [
    host.address,
    stateOf(host),
    cut(host.fields.get("name")?.value ?? "—", 40),
    host.fields.get("mac")?.value ?? "—",
    openPorts(host).map(portText).join(" "),
  ]);
  return table([["ADDRESS", "STATE", "NAME", "MAC", "OPEN"], ...rows]);
}

/** A timeout is unknown, not down: only covered misses make a host gone. */
function stateOf(host: HostBaseline): string {
  if (host.current === "gone") return "gone";
  return host.misses > 0 ? "down" : "up";
}

function openPorts(host: HostBaseline): readonly PortBaseline[] {
  return [...host.ports.values()].filter((port) => port.current === "open").toSorted((a, b) => a.number - b.number);
}

function detail(host: HostBaseline): string {
  const fields = [...host.fields].map(([name, field]) => [
    name,
    field.value,
    field.current === field.value ? "" : `now ${field.current}`,
  ]);
  const ports = [...host.ports.values()]
    .toSorted((a, b) => a.number - b.number)
    .map((port) => [
      portText(port),
      port.current,
      port.reference === port.current ? "" : `normal: ${port.reference}`,
      cut([...port.fields].map(([name, field]) => `${name}=${field.current}`).join(" "), 100),
    ]);
  const seen = `${host.covered} covered scans, first ${isoTime(host.firstSeen.at)}, last ${isoTime(host.lastSeen.at)}`;
  return [`${host.address}  ${stateOf(host)}  ${host.id}`, `  ${seen}`, table(fields), table(ports)]
    .filter((block) => block !== "")
    .join("\n");
}

function plain(host: HostBaseline): unknown {
  const fields = (map: HostBaseline["fields"] | PortBaseline["fields"]) => Object.fromEntries(map);
  return {
    ...host,
    fields: fields(host.fields),
    ports: [...host.ports.values()].map((port) => ({ ...port, fields: fields(port.fields) })),
  };
}
