// A program with nmap's manners that sees the machines of the story. The day is in `now` beside the state, because the
// program gives nmap no environment of its own.
import { readFileSync, writeFileSync } from "node:fs";
import { formatIntervals, includes, parseIntervals } from "../../../src/lib/intervals.ts";
import { type HostSpec, nmapXml } from "../nmap-xml.ts";
import { DAY, FIRST_DAY, machines } from "./world.ts";

const VERSION = "7.93";
const [directory = "", ...args] = process.argv.slice(2);
const after = (option: string) => args[args.indexOf(option) + 1] ?? "";

if (args.includes("--version")) console.log(`Nmap version ${VERSION} ( https://nmap.org )`);
else if (args.includes("-oX")) scan(Number(readFileSync(`${directory}/now`, "utf8")));

function scan(now: number): void {
  const asked = args.slice(args.indexOf("--") + 1);
  const tcp = args.includes("-sn") ? [] : (parseIntervals(after("-p").replace("T:", "")) ?? []);
  const there = new Map(machines((now - FIRST_DAY) / DAY).map((one) => [one.address, one]));
  const hosts = asked.map((address): HostSpec => {
    const one = there.get(address);
    return one === undefined
      ? { address, state: "down" }
      : { ...one, ports: (one.ports ?? []).filter(isAsked).map(seen) };
  });
  const start = Math.floor(now / 1000);
  const scaninfo = args.includes("-sn")
    ? []
    : [{ type: args.includes("-sT") ? "connect" : "syn", protocol: "tcp", services: formatIntervals(tcp) }];
  const command = ["nmap", ...args.filter((one) => !one.startsWith("/"))].join(" ");
  const spec = { hosts, scaninfo, start, finished: start + 1, version: VERSION, verbose: 1, args: command };
  writeFileSync(after("-oX"), nmapXml(spec));

  function isAsked({ port }: { readonly port: number }): boolean {
    return includes(tcp, port);
  }
}

/** What nmap was not asked for it does not tell. */
function seen(port: NonNullable<HostSpec["ports"]>[number]) {
  const { service, scripts, ...rest } = port;
  return {
    ...rest,
    ...(args.includes("-sV") && service !== undefined ? { service } : {}),
    ...(args.includes("--script") && scripts !== undefined ? { scripts } : {}),
  };
}
