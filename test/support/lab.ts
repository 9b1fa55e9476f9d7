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
}

export interface Lab {
  /** Address of the scanning side. */
  readonly vantage: string;
  address(octet: number): string;
  /** Takes a machine off the network, as if its cable were pulled; `true` puts it back. */
  connect(octet: number, connected: boolean): Promise<void>;
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

/** Several real machines on one: a bridge here, one namespace per host. The caller removes it. */
export async function createLab(hosts: readonly LabHost[]): Promise<Lab> {
  const bridge = `${PREFIX}${process.pid}b`;
  const network = `10.213.${process.pid % 250}`;
  const listeners: ChildProcess[] = [];
  const remove = async () => {
    for (const child of listeners) child.kill("SIGKILL");
    await removeNamed((pid) => pid === process.pid);
  };
  try {
    await ip("link", "add", bridge, "type", "bridge");
    await ip("addr", "add", `${network}.1/24`, "dev", bridge);
    await ip("link", "set", bridge, "up");
    for (const host of hosts) listeners.push(...(await addHost(host, { bridge, network })));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    vantage: `${network}.1`,
    address: (octet) => `${network}.${octet}`,
    connect: (octet, connected) => ip("link", "set", vethName(octet), connected ? "up" : "down"),
    remove,
  };
}

async function addHost(host: LabHost, at: { bridge: string; network: string }): Promise<readonly ChildProcess[]> {
  const space = `${PREFIX}${process.pid}h${host.octet}`;
  const mac = host.mac ?? `02:00:00:00:00:${host.octet.toString(16).padStart(2, "0")}`;
  await ip("netns", "add", space);
  await ip("link", "add", vethName(host.octet), "type", "veth", "peer", "name", "eth0", "address", mac, "netns", space);
  await ip("link", "set", vethName(host.octet), "master", at.bridge, "up");
  await ip("-n", space, "addr", "add", `${at.network}.${host.octet}/24`, "dev", "eth0");
  await ip("-n", space, "link", "set", "lo", "up");
  await ip("-n", space, "link", "set", "eth0", "up");
  for (const [name, value] of host.sysctls ?? []) {
    await ip("netns", "exec", space, "sysctl", "-q", "-w", `${name}=${value}`);
  }
  return host.listens === undefined ? [] : [await startListeners(space, host.listens)];
}

function vethName(octet: number): string {
  return `${PREFIX}${process.pid}h${octet}a`;
}

async function ip(...args: readonly string[]): Promise<void> {
  const result = await runCommand("ip", args, "/");
  if (!result.ok) throw new Error(`ip ${args.join(" ")}: ${result.output.trim()}`);
}

/** One small process per machine. It ends with its stdin, so it never outlives a crashed test. */
function startListeners(space: string, listens: ReadonlyMap<number, string>): Promise<ChildProcess> {
  const program = path.join(import.meta.dirname, "lab-listeners.ts");
  const args = ["netns", "exec", space, process.execPath, program, JSON.stringify([...listens])];
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
