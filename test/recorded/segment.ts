import type { HostSpec, PortSpec } from "../support/nmap-xml.ts";
import { host } from "./recording.ts";

/** A small segment whose hosts have every kind of identity: SSH key, universally administered MAC, name. */
export function segment(size: number): readonly HostSpec[] {
  return Array.from({ length: size }, (_, i) =>
    host(`10.0.0.${i + 1}`, [sshPort(`key of host ${i}`), httpPort("1.24.0")], {
      mac: mac(i),
      names: [`app${i}.corp.example`],
    }),
  );
}

/** A universally administered address, different per number and independent of the host's address. */
export function mac(n: number): string {
  return `00:1B:21:00:${(n >> 8).toString(16).padStart(2, "0")}:${(n & 255).toString(16).padStart(2, "0")}`.toUpperCase();
}

/** The hosts with one of them changed, or left out when the change returns null. */
export function but(
  hosts: readonly HostSpec[],
  index: number,
  change: (host: HostSpec) => HostSpec | null,
): readonly HostSpec[] {
  return hosts.flatMap((one, i) => (i === index ? (change(one) ?? []) : one));
}

export function plus(one: HostSpec, ...ports: readonly PortSpec[]): HostSpec {
  return { ...one, ports: [...(one.ports ?? []), ...ports] };
}

/** Port 22 with one Ed25519 host key per text. */
export function sshPort(...keys: readonly string[]): PortSpec {
  return sshPortOf(Object.fromEntries(keys.map((text, i) => [i === 0 ? "ssh-ed25519" : `ssh-${i}`, text])));
}

/** Port 22 with a host key per key type, as `ssh-hostkey` prints them. */
export function sshPortOf(keys: Readonly<Record<string, string>>): PortSpec {
  const value = Object.entries(keys).map(([type, text]) => {
    const bytes = Buffer.from(text);
    const fingerprint = bytes.toString("hex").padEnd(32, "0").slice(0, 32);
    return { type, bits: "256", fingerprint, key: bytes.toString("base64") };
  });
  return {
    port: 22,
    service: { name: "ssh", product: "OpenSSH", version: "9.2p1" },
    scripts: [{ id: "ssh-hostkey", output: "256 …", value }],
  };
}

export function httpPort(version?: string, port = 80): PortSpec {
  return {
    port,
    service: { name: "http", product: "nginx", ...(version === undefined ? {} : { version }), method: "probed" },
  };
}
