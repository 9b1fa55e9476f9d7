import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openState } from "../support/runtime.ts";
import type { HostBaseline } from "../../src/domain/baseline.ts";
import { preflight } from "../../src/scan/nmap/preflight.ts";
import { createVantageWatch } from "../../src/scan/nmap/vantage-watch.ts";
import { directoryWith, runProcess, unprivileged } from "../cli/command-line.ts";
import { NSE_DIR } from "../nse/nmap.ts";
import { scannerFor, testSignal } from "../scan/nmap/scanning.ts";
import { describeWith } from "../support/availability.ts";
import { runCommand } from "../support/command.ts";
import { createLab, type Lab, labAvailable } from "../support/lab.ts";

/** Some scans of a minute in all on a machine with nothing else to do. */
const LIMIT_MS = 300_000;
const SMTP = "220 mail.example.org ESMTP Postfix\r\n";
const UNKNOWN = "chatter 7 of the house\r\n";
const MAC = "00:1b:21:00:00:0a";
const ROUTER = 20;
/** A network behind the router. */
const BEHIND = `2001:db8:0:${((process.pid % 65_535) + 1).toString(16)}::5`;

const event = z.object({
  event: z.object({ action: z.string() }),
  host: z.object({ ip: z.array(z.string()) }).optional(),
  source: z.object({ ip: z.string().optional() }).optional(),
});

async function ip(...args: readonly string[]): Promise<void> {
  const result = await runCommand("ip", args, "/");
  if (!result.ok) throw new Error(`ip ${args.join(" ")}: ${result.output.trim()}`);
}

describeWith(await labAvailable(), "machines with a global IPv6 address", () => {
  let lab: Lab;

  beforeAll(async () => {
    const listens = new Map([
      [25, SMTP],
      [4711, UNKNOWN],
    ]);
    lab = await createLab(
      [
        { octet: 10, mac: MAC, listens },
        { octet: 11, mac: "00:1b:21:00:00:0b", listens: new Map([[25, SMTP]]) },
        { octet: ROUTER, behind: [BEHIND], sysctls: new Map([["net.ipv6.conf.all.forwarding", "1"]]) },
      ],
      { ipv6: true },
    );
  }, LIMIT_MS);
  afterAll(() => lab.remove());

  function segment(targets: readonly string[], more: string): string {
    return directoryWith({
      "tripline.yaml": `segment: six
targets: ${JSON.stringify(targets)}
pace: normal
baseline: { learn: { scans: 1, at_least: 0s } }
${more}`,
    });
  }

  async function hostsOf(directory: string): Promise<ReadonlyMap<string, HostBaseline>> {
    const opened = openState(join(directory, ".tripline"), "read");
    if (!opened.ok) throw new Error(opened.error.what);
    const { hosts } = await opened.value.cycles.loadBaseline("six");
    opened.value.close();
    return new Map([...hosts.values()].map((host) => [host.address, host]));
  }

  function facts(host: HostBaseline | undefined) {
    const ports = [...(host?.ports ?? [])].map(([key, port]) => {
      return [key, port.fields.get("product")?.current ?? port.fields.get("banner")?.current];
    });
    return { mac: host?.fields.get("mac")?.current, ports: Object.fromEntries(ports) };
  }

  test.each([
    ["with raw sockets", runProcess, "00-1B-21-00-00-0A", 4712],
    ["without raw sockets", unprivileged, undefined, 4713],
  ] as const)(
    "%s are scanned completely, service and all, beside IPv4",
    async (_, program, mac, news) => {
      const [six, four, absent] = [lab.address6(10), lab.address(10), lab.address6(12)];
      const directory = segment([six, four, absent], `ports: [25, 4711, ${news}]\nos_detection: false\n`);
      const scan = () => program(["scan", "--emit", "-c", "tripline.yaml"], directory);

      const first = await scan();
      expect(first.text).toMatch(/six · 2 up \/ 3 · 4 open ports · \S+ · complete/);
      expect(first.code).toBe(0);
      const hosts = await hostsOf(directory);
      expect([...hosts.keys()].toSorted()).toEqual([four, six].toSorted());
      const known = { mac, ports: { "tcp/25": "Postfix smtpd", "tcp/4711": UNKNOWN.trim() } };
      expect(facts(hosts.get(six))).toEqual(known);
      expect(facts(hosts.get(four))).toEqual(known);
      expect(hosts.get(six)?.id).not.toBe(hosts.get(four)?.id);

      expect(await scan()).toMatchObject({ code: 0, text: expect.stringContaining("no changes") });

      await lab.listen(10, new Map([[news, UNKNOWN]]));
      const third = await scan();
      expect(third.text).toMatch(new RegExp(`port-opened.*\\[${six}\\]:${news}/tcp.*confirmed`));
      const lines = readFileSync(join(directory, ".tripline", "events.ndjson"), "utf8")
        .trim()
        .split("\n");
      const told = lines.map((line) => event.parse(JSON.parse(line))).filter((e) => e.event.action === "port-opened");
      expect(new Map(told.map((one) => [one.host?.ip[0], one.source?.ip]))).toEqual(
        new Map([
          [four, lab.vantage],
          [six, undefined],
        ]),
      );
    },
    LIMIT_MS,
  );

  test(
    "alone are scanned from our IPv6 address, with a self-test there; one that leaves is told, the rest stays",
    async () => {
      const [ten, eleven] = [lab.address6(10), lab.address6(11)];
      const directory = segment([ten, eleven], "ports: [21, 25]\nos_detection: true\n");
      const scan = (profile = "ports") =>
        runProcess(["scan", "--emit", "--profile", profile, "-c", "tripline.yaml"], directory);
      expect((await scan("deep")).text).toMatch(/six · 2 up \/ 2 · 2 open ports · \S+ · complete/);
      // Raw facts of the operating system are not the same twice over IPv6, unless the clocks in them are left out.
      expect((await scan("deep")).text).toContain("no changes");
      await lab.connect(11, false);
      const [missed, again, gone] = [await scan(), await scan(), await scan()];
      await lab.connect(11, true);
      expect(missed.text).toMatch(/six · 1 up \/ 2 · 1 open port · \S+ · complete/);
      expect(gone.text).toMatch(new RegExp(`host-disappeared +${eleven} `));
      expect(missed.text + again.text + gone.text).not.toContain("degraded");
      const lines = readFileSync(join(directory, ".tripline", "events.ndjson"), "utf8")
        .trim()
        .split("\n");
      const sources = lines.map((line) => event.parse(JSON.parse(line)).source?.ip).filter((one) => one !== undefined);
      expect(new Set(sources)).toEqual(new Set([lab.address6(1)]));
    },
    LIMIT_MS,
  );

  // Routers announce their link-local address.
  test.each([
    ["its global address", () => lab.address6(ROUTER)],
    ["its link-local address", () => "fe80::ff:fe00:14"],
  ])("are watched: route, gateway at %s by neighbour discovery, and a self-test for each family", async (_, router) => {
    const gateway = router();
    const route = [`${BEHIND}/128`, "via", gateway, "dev", lab.device];
    await ip("route", "add", ...route);
    const { scanner } = scannerFor({ rawDir: null });
    const addresses = [lab.address(10), lab.address6(10), lab.address6(11), BEHIND];
    const watch = createVantageWatch({ scanner, addresses, technique: "syn", excluded: () => false });
    const { routes, selfTest } = await watch.look(testSignal());
    await ip("route", "del", ...route);
    expect(selfTest).toEqual({ name: "self-test", result: "ok", detail: null });
    // Two hosts of one /64 are one way.
    expect(routes).toMatchObject([
      { to: lab.address(10), source: lab.vantage, gateway: null },
      { to: lab.address6(10), source: lab.address6(1), gateway: null, device: lab.device },
      { to: BEHIND, gateway, gatewayState: "answers", gatewayMac: "02-00-00-00-00-14" },
    ]);
  });

  test("and a self-test that fails in one family is a self-test that fails", async () => {
    // Without this route the kernel no longer hands packets to the own address to itself.
    const self = ["local", `${lab.address6(1)}/128`, "dev", lab.device, "table", "local"];
    await ip("-6", "route", "del", ...self);
    try {
      const { scanner } = scannerFor({ rawDir: null });
      const addresses = [lab.address(10), lab.address6(10)];
      const watch = createVantageWatch({ scanner, addresses, technique: "connect", excluded: () => false });
      expect((await watch.look(testSignal())).selfTest).toMatchObject({ result: "failed" });
    } finally {
      await ip("-6", "route", "add", ...self);
    }
  });

  test("that are left from a temporary address are told by doctor, with the way to a stable one", async () => {
    const check = async () => {
      const report = await preflight({ nmapPath: "nmap", nseDir: NSE_DIR, addresses: [lab.address6(10)] });
      return report.checks.filter((one) => one.code === "TL129");
    };
    expect(await check()).toEqual([]);
    const settings = `/proc/sys/net/ipv6/conf/${lab.device}`;
    const prefix = lab.address6(1).replace(/::1$/, ":");
    const sh = (script: string) => runCommand("sh", ["-c", script], "/");
    const set = await sh(`echo 2 > ${settings}/use_tempaddr`);
    expect(set.ok).toBe(true);
    const stable = ["addr", "add", `${prefix}:ab/64`, "dev", lab.device, "mngtmpaddr", "nodad"];
    await ip(...stable, "valid_lft", "3600", "preferred_lft", "1800");
    try {
      await expect.poll(check, { timeout: 10_000 }).toMatchObject([
        {
          state: "warn",
          detail: expect.stringMatching(new RegExp(`^scans leave from ${prefix}[0-9a-f:]+, a temporary`)),
        },
      ]);
    } finally {
      await sh(`echo 0 > ${settings}/use_tempaddr`);
      await ip("addr", "del", `${prefix}:ab/64`, "dev", lab.device);
    }
  });
});
