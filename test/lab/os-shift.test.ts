import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "../support/availability.ts";
import { createLab, firewallAvailable } from "../support/lab.ts";
import { machine, said, scannerOf } from "./cycles.ts";

describeWith(await firewallAvailable(), "another operating system on the same machine", () => {
  test("os-shifted: its stack speaks as Windows where it spoke as Linux, seen by -O and by its time to live", async () => {
    const lab = await createLab([machine(10, { sysctls: LINUX })]);
    onTestFinished(() => lab.remove());
    const scan = scannerOf(lab, "os_detection: true");
    await scan("deep");
    expect(said(await scan("deep"))).toEqual([]);
    await lab.change(10, WINDOWS);
    const report = await scan("deep");
    expect(said(report)).toEqual([`os-shifted ${lab.address(10)} opened`]);
    expect(report.steps[0]?.anomaly).toMatchObject({
      reasons: expect.arrayContaining(["family-changed", "corroborated"]),
      before: { os_family: expect.stringContaining("Linux") },
      after: { os_family: "Windows", os_name: expect.stringContaining("Windows") },
    });
    await scan.expectReplay();
  });
});

// Buffers as most machines have them, whatever the memory of this one: nmap then knows the stack.
const LINUX = new Map([["net.ipv4.tcp_rmem", "4096 131072 6291456"]]);

/** What nmap calls Windows Server 2003: few TCP options, another time to live, no answer to odd packets and to ICMP. */
const WINDOWS = {
  sysctls: new Map([
    ["net.ipv4.ip_default_ttl", "128"],
    ["net.ipv4.tcp_timestamps", "0"],
    ["net.ipv4.tcp_sack", "0"],
    ["net.ipv4.tcp_window_scaling", "0"],
    ["net.ipv4.tcp_ecn", "0"],
  ]),
  rules: `table ip stack {
    chain in {
      type filter hook input priority 0;
      tcp flags & (fin|syn|rst|psh|ack|urg) == fin|psh|urg drop
      icmp type echo-request drop
    }
    chain out {
      type filter hook output priority 0;
      tcp flags & (rst|ack) == rst drop
      icmp type destination-unreachable drop
      tcp flags & (rst|ack) == (rst|ack) tcp window set 31337 ip ttl set 255
      ip frag-off set 0
    }
  }`,
};
