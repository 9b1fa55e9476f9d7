import { afterAll, beforeAll, expect, test } from "vitest";
import type { NmapRun } from "../../src/domain/nmap-run.ts";
import { lookAt } from "../../src/domain/settle.ts";
import { runCommand } from "../support/command.ts";
import { createLab, type Lab, labAvailable, removeLeftLabs } from "../support/lab.ts";
import { describeWith } from "../support/availability.ts";
import { portsRun } from "../scan/plan/hosts.ts";
import { scannerFor, testSignal } from "../scan/nmap/scanning.ts";

const SSH = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";

describeWith(await labAvailable(), "several machines on one wire", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab([
      { octet: 10, mac: "02:00:5e:00:00:0a", listens: new Map([[22, SSH]]) },
      { octet: 11, listens: new Map([[80, ""]]), sysctls: new Map([["net.ipv4.ip_default_ttl", "128"]]) },
    ]);
  });
  afterAll(() => lab.remove());

  function scan(octets: readonly number[], ports = "22,80,443"): Promise<NmapRun> {
    const addresses = octets.map((octet) => lab.address(octet));
    return scannerFor().scanner.run(portsRun(addresses, ports), { signal: testSignal() });
  }

  test("SYN and ARP show who is there, with MAC addresses and time to live, and who is not", async () => {
    const run = await scan([10, 11, 12]);
    expect(run).toMatchObject({ completeness: "complete", hostsUp: 2, hostsDown: 1 });
    const [ten, eleven, twelve] = [10, 11, 12].map((octet) =>
      run.hosts.find((host) => host.address === lab.address(octet)),
    );
    expect(ten).toMatchObject({ state: "up", stateReason: "arp-response", mac: "02-00-5E-00-00-0A" });
    expect(ten?.ports.find((port) => port.number === 22)).toMatchObject({ state: "open", reasonTtl: 64 });
    expect(eleven?.ports.find((port) => port.number === 80)).toMatchObject({ state: "open", reasonTtl: 128 });
    expect(twelve).toMatchObject({ state: "down" });
    expect(ten && lookAt(ten, { transport: "tcp", number: 443 })).toEqual({ state: "not-open", evidence: "reset" });
  });

  test("a machine whose cable is pulled is down, and is back afterwards", async () => {
    await lab.connect(11, false);
    expect(await scan([10, 11])).toMatchObject({ completeness: "complete", hostsUp: 1, hostsDown: 1 });
    await lab.connect(11, true);
    expect(await scan([10, 11])).toMatchObject({ completeness: "complete", hostsUp: 2 });
  });
});

describeWith(await labAvailable(), "a lab", () => {
  test("of a process that no longer runs is removed by the next one", async () => {
    // The largest pid Linux gives out is 4194304.
    const left = "tl4194999h7";
    await runCommand("ip", ["netns", "add", left], "/");
    await removeLeftLabs();
    expect((await runCommand("ip", ["netns", "list"], "/")).output).not.toContain(left);
  });
});
