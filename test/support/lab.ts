import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { type Available, missing } from "./availability.ts";
import { runCommand } from "./command.ts";

/** One machine of the lab: a network namespace with its own address, MAC, ports and kernel settings. */
export interface LabHost {
  /** Last octet of its address, 2 to 254. */
  readonly octet: number;
  /** Locally administered unless the test is about vendors. */
  readonly mac?: string;
  /** Port → what it says to a connection; the empty text is a silent port. */
  readonly listens?: ReadonlyMap<number, string>;
  /** For example `net.ipv4.ip_default_ttl` → `128`: another operating system, as far as the wire can tell. */
  readonly sysctls?: ReadonlyMap<string, string>;
  /** An nftables ruleset: what sysctls cannot pretend. */
  readonly rules?: string;
  /** Further addresses of the machine, off the network of the lab: who routes through it finds them behind it. */
  readonly behind?: readonly string[];
}

export interface Lab {
  /** Address of the scanning side. */
  readonly vantage: string;
  /** Device of the scanning side. */
  readonly device: string;
  /** The network of the lab, as a CIDR. */
  readonly network: string;
  address(octet: number): string;
  /** Its second, IPv6 address; only in a lab of both families. */
  address6(octet: number): string;
  /** More services on a machine, while it runs. */
  listen(octet: number, listens: ReadonlyMap<number, string>): Promise<void>;
  /** Takes a machine off the network, as if its cable were pulled; `true` puts it back. */
  connect(octet: number, connected: boolean): Promise<void>;
  add(host: LabHost): Promise<void>;
  /** Takes a machine away for good. */
  take(octet: number): Promise<void>;
  /** Another network card, another operating system: the machine and its services stay. */
  change(octet: number, to: Pick<LabHost, "mac" | "sysctls" | "rules">): Promise<void>;
  remove(): Promise<void>;
}

// Names carry the pid of their maker: whoever comes next can tell a running lab from what a crash left.
const PREFIX = "tl";
const NAME = new RegExp(`^${PREFIX}(\\d+)[bh]\\d*a?$`);

/** Whether network namespaces can be made here. */
export async function labAvailable(): Promise<Available<object>> {
  if (process.getuid?.() !== 0) return missing("a lab of network namespaces needs root", "run the tests as root");
  await removeLeftLabs();
  const probe = `${PREFIX}${process.pid}h0`;
  const made = await runCommand("ip", ["netns", "add", probe], "/");
  if (!made.ok) return missing(`network namespaces cannot be made: ${made.output.trim()}`, "apt-get install iproute2");
  await runCommand("ip", ["netns", "del", probe], "/");
  return { ok: true };
}

/** Whether packets can be dropped and changed in a lab as well. */
export async function firewallAvailable(): Promise<Available<object>> {
  const found = await labAvailable();
  if (!found.ok) return found;
  const nft = await runCommand("nft", ["--version"], "/");
  return nft.ok ? found : missing("a lab cannot drop or change packets without nft", "apt-get install nftables");
}

/** What all machines of a lab share: the bridge, the first octets of IPv4, and the /64 of IPv6 or null. */
interface Wire {
  readonly bridge: string;
  readonly network: string;
  readonly network6: string | null;
}

/**
 * Several real machines on one: a bridge here, one namespace per host, with `ipv6` an address of each family. The caller
 * removes it.
 */
export async function createLab(hosts: readonly LabHost[], options: { readonly ipv6?: true } = {}): Promise<Lab> {
  const wire: Wire = {
    bridge: `${PREFIX}${process.pid}b`,
    network: `10.213.${process.pid % 250}`,
    // The prefix of documentation; a group of zeros would be shortened away.
    network6: options.ipv6 === true ? `2001:db8:${((process.pid % 65_535) + 1).toString(16)}:` : null,
  };
  const { bridge, network, network6 } = wire;
  const listeners = new Map<number, ChildProcess[]>();
  const listen = async (octet: number, listens: ReadonlyMap<number, string>) => {
    const child = await startListeners(spaceName(octet), listens, network6 === null ? "0.0.0.0" : "::");
    listeners.set(octet, [...(listeners.get(octet) ?? []), child]);
  };
  const add = async (host: LabHost) => {
    await addHost(host, wire);
    if (host.listens !== undefined) await listen(host.octet, host.listens);
    await forgetNeighbours(bridge);
  };
  const take = async (octet: number) => {
    for (const child of listeners.get(octet) ?? []) child.kill("SIGKILL");
    // The kernel takes a namespace apart in its own time; the cable must be free for a successor now.
    await ip("link", "del", vethName(octet));
    await ip("netns", "del", spaceName(octet));
    await forgetNeighbours(bridge);
  };
  const remove = async () => {
    for (const child of [...listeners.values()].flat()) child.kill("SIGKILL");
    await removeNamed((pid) => pid === process.pid);
  };
  try {
    await ip("link", "add", bridge, "type", "bridge");
    await ip("addr", "add", `${network}.1/24`, "dev", bridge);
    if (network6 !== null) await ip("addr", "add", `${network6}:1/64`, "dev", bridge, "nodad");
    await ip("link", "set", bridge, "up");
    for (const host of hosts) await add(host);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    vantage: `${network}.1`,
    device: bridge,
    network: `${network}.0/24`,
    address: (octet) => `${network}.${octet}`,
    address6: (octet) => `${network6 ?? "no-ipv6"}:${octet}`,
    listen,
    connect: (octet, connected) => ip("link", "set", vethName(octet), connected ? "up" : "down"),
    add,
    take,
    change: async (octet, to) => {
      await alter(spaceName(octet), to);
      await forgetNeighbours(bridge);
    },
    remove,
  };
}

async function addHost(host: LabHost, at: Wire): Promise<void> {
  const space = spaceName(host.octet);
  const mac = host.mac ?? `02:00:00:00:00:${host.octet.toString(16).padStart(2, "0")}`;
  await ip("netns", "add", space);
  await ip("link", "add", vethName(host.octet), "type", "veth", "peer", "name", "eth0", "address", mac, "netns", space);
  await ip("link", "set", vethName(host.octet), "master", at.bridge, "up");
  await ip("-n", space, "addr", "add", `${at.network}.${host.octet}/24`, "dev", "eth0");
  // Duplicate address detection would keep the address for a second or two.
  if (at.network6 !== null)
    await ip("-n", space, "addr", "add", `${at.network6}:${host.octet}/64`, "dev", "eth0", "nodad");
  await ip("-n", space, "link", "set", "lo", "up");
  await ip("-n", space, "link", "set", "eth0", "up");
  for (const address of host.behind ?? []) await ip("-n", space, "addr", "add", address, "dev", "lo");
  await alter(space, { sysctls: host.sysctls ?? new Map(), rules: host.rules ?? "" });
}

async function alter(space: string, to: Pick<LabHost, "mac" | "sysctls" | "rules">): Promise<void> {
  if (to.mac !== undefined) await ip("-n", space, "link", "set", "eth0", "address", to.mac);
  for (const [name, value] of to.sysctls ?? []) {
    await ip("netns", "exec", space, "sysctl", "-q", "-w", `${name}=${value}`);
  }
  if (to.rules !== undefined && to.rules !== "") await ip("netns", "exec", space, "nft", to.rules);
}

/** Between two scans of a real schedule the kernel has forgotten which card was behind which address. */
function forgetNeighbours(bridge: string): Promise<void> {
  return ip("neigh", "flush", "dev", bridge);
}

function spaceName(octet: number): string {
  return `${PREFIX}${process.pid}h${octet}`;
}

function vethName(octet: number): string {
  return `${spaceName(octet)}a`;
}

async function ip(...args: readonly string[]): Promise<void> {
  const result = await runCommand("ip", args, "/");
  if (!result.ok) throw new Error(`ip ${args.join(" ")}: ${result.output.trim()}`);
}

/** One small process per machine. It ends with its stdin, so it never outlives a crashed test. */
function startListeners(
  space: string,
  listens: ReadonlyMap<number, string>,
  address: "0.0.0.0" | "::",
): Promise<ChildProcess> {
  const program = path.join(import.meta.dirname, "lab-listeners.ts");
  const args = ["netns", "exec", space, process.execPath, program, JSON.stringify([...listens]), address];
  const child = spawn("ip", args, { stdio: ["pipe", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the listeners of ${space} ended with code ${code}`)));
    child.stdout.once("data", () => {
      child.removeAllListeners("exit");
      resolve(child);
    });
  });
}

/** Removes what labs of processes that no longer run have left. */
export function removeLeftLabs(): Promise<void> {
  return removeNamed((pid) => !existsSync(`/proc/${pid}`));
}

async function removeNamed(mine: (pid: number) => boolean): Promise<void> {
  const chosen = (name: string | undefined) => {
    const pid = NAME.exec(name ?? "")?.[1];
    return pid !== undefined && mine(Number(pid));
  };
  const spaces = await runCommand("ip", ["netns", "list"], "/");
  for (const line of spaces.output.split("\n")) {
    const name = line.split(" ")[0];
    if (name !== undefined && chosen(name)) await runCommand("ip", ["netns", "del", name], "/");
  }
  const links = await runCommand("ip", ["-o", "link", "show"], "/");
  for (const [, name] of links.output.matchAll(/^\d+: ([^:@]+)/gm)) {
    if (name !== undefined && chosen(name)) await runCommand("ip", ["link", "del", name], "/");
  }
}
