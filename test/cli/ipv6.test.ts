import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openState } from "../support/runtime.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { runCommand } from "../support/command.ts";
import { ipv6Loopback } from "../support/ipv6.ts";
import { listener } from "../support/listeners.ts";
import { freePort } from "../support/ports.ts";
import { directoryWith, run, runProcess, unprivileged } from "./command-line.ts";

/** Four scans of an idle machine take half a minute. */
const LIMIT_MS = 180_000;
const HTTP = { kind: "http", server: "nginx/1.24.0", body: "<title>six</title>" } as const;
const UNKNOWN = { kind: "banner", text: "chatter 7 of the house\r\n" } as const;

function segment(targets: readonly string[], ports: readonly number[], more = ""): string {
  const text = `segment: six
targets: ${JSON.stringify(targets)}
ports: ${JSON.stringify(ports)}
baseline: { learn: { scans: 1, at_least: 0s } }
${more}`;
  return directoryWith({ "tripline.yaml": text });
}

/** What the state knows of one host: product or service of each open port. */
async function services(directory: string, address: string): Promise<Record<string, string | null>> {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const { hosts } = await opened.value.cycles.loadBaseline("six");
  opened.value.close();
  const host = [...hosts.values()].find((one) => one.address === address);
  const ports = [...(host?.ports ?? [])].filter(([, port]) => port.current === "open");
  return Object.fromEntries(
    ports.map(([key, { fields }]) => [key, fields.get("product")?.current ?? fields.get("banner")?.current ?? null]),
  );
}

const anomalies = z.array(z.object({ kind: z.string(), confirmed: z.boolean(), host: z.object({ ip: z.string() }) }));
const event = z.object({
  event: z.object({ action: z.string(), kind: z.string() }),
  host: z.object({ ip: z.array(z.string()) }).optional(),
  destination: z.object({ ip: z.string(), port: z.number().optional() }).optional(),
  network: z.object({ type: z.string() }).optional(),
  service: z.object({ address: z.string().optional() }).optional(),
  source: z.object({ ip: z.string().optional() }).optional(),
});

function eventsOf(directory: string) {
  const lines = readFileSync(join(directory, ".tripline", "events.ndjson"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => event.parse(JSON.parse(line)));
}

const WAYS = [
  ["with the rights of this user", (args: readonly string[], cwd: string) => runProcess(args, cwd)],
  ["without raw sockets", unprivileged],
] as const;

describeWith(ipv6Loopback(), "IPv6 loopback", () => {
  describeWith(installedNmap(), "scanned over the command line", () => {
    describe.each(WAYS)("%s", (_, program) => {
      it(
        "is complete, knows its services, is quiet when nothing changes, and confirms what opens",
        async () => {
          const web = await listener("::1", 0, HTTP);
          const odd = await listener("::1", 0, UNKNOWN);
          const news = await freePort();
          const directory = segment(["0:0::1"], [web.port, odd.port, news], "os_detection: false\n");
          const scan = () => program(["scan", "--emit", "-c", "tripline.yaml"], directory);

          const first = await scan();
          expect(first.text).toMatch(/six · 1 up \/ 1 · 2 open ports · \S+ · complete/);
          expect(first.code).toBe(0);
          expect(await services(directory, "::1")).toEqual({
            [`tcp/${web.port}`]: "nginx",
            [`tcp/${odd.port}`]: "chatter 7 of the house",
          });

          const second = await scan();
          expect(second).toMatchObject({ code: 0, text: expect.stringContaining("no changes") });

          await listener("::1", news, UNKNOWN);
          const third = await scan();
          expect(third.text).toMatch(new RegExp(`port-opened +\\[::1\\]:${news}/tcp .*confirmed`));
          const told = eventsOf(directory).filter((one) => one.event.action === "port-opened");
          expect(told).toMatchObject([
            {
              host: { ip: ["::1"] },
              destination: { ip: "::1", port: news },
              network: { type: "ipv6" },
              service: { address: `[::1]:${news}` },
              source: { ip: "::1" },
            },
          ]);
        },
        LIMIT_MS,
      );

      it(
        "shares a cycle with IPv4, each host with its own family",
        async () => {
          const [six, four] = [await listener("::1", 0, HTTP), await listener("127.0.61.1", 0, HTTP)];
          const news = await freePort();
          const targets = ["::1", "127.0.61.1-2"];
          const directory = segment(targets, [six.port, four.port, news], "os_detection: false\n");
          const scan = (...more: string[]) => program(["scan", "--emit", "-c", "tripline.yaml", ...more], directory);

          expect((await scan()).text).toMatch(/six · 3 up \/ 3 · 2 open ports · \S+ · complete/);
          expect(await services(directory, "::1")).toEqual({ [`tcp/${six.port}`]: "nginx" });
          expect(await services(directory, "127.0.61.1")).toEqual({ [`tcp/${four.port}`]: "nginx" });

          await listener("::1", news, UNKNOWN);
          const narrowed = await scan("--target", "0::1", "--json");
          const found = anomalies.parse(JSON.parse(narrowed.text.slice(narrowed.text.indexOf("{"))).anomalies);
          expect(found).toMatchObject([{ kind: "port-opened", confirmed: true, host: { ip: "::1" } }]);
          const told = eventsOf(directory).filter((one) => one.event.action === "port-opened");
          // Our address towards IPv4 is not a source of packets to an IPv6 address.
          expect(told.map((one) => one.source?.ip)).toEqual([undefined]);
        },
        LIMIT_MS,
      );
    });

    it("a host is found by any spelling of its address, and muted by its network", async () => {
      const directory = segment(["::1"], [80]);
      expect(await run(["scan", "-c", "tripline.yaml"], directory)).toMatchObject({ code: 0 });
      const shown = await run(["hosts", "0:0:0::0001", "-c", "tripline.yaml"], directory);
      expect(shown).toMatchObject({ code: 0, out: expect.stringMatching(/^::1 {2}up/) });
      const mute = ["mute", "add", "--reason", "r", "--by", "b", "--until", "1d", "-c", "tripline.yaml", "--host"];
      expect(await run([...mute, "2001:db8::/32"], directory)).toMatchObject({ code: 0 });
      expect(await run([...mute, "::ffff:10.0.0.1"], directory)).toMatchObject({
        code: 2,
        err: expect.stringContaining("write 10.0.0.1"),
      });
    });

    it("a dry run shows one command line for each family, without what nmap refuses there", async () => {
      const directory = segment(["::1", "127.0.61.1"], [80], 'exclude: ["2001:db8::/32", 10.0.0.0/8]\n');
      const { code, out } = await run(["scan", "--dry-run", "-c", "tripline.yaml"], directory);
      expect(code).toBe(0);
      const [four, six] = out.split("\n").filter((line) => line.includes("nmap --noninteractive"));
      expect(four).toMatch(/--exclude 10\.0\.0\.0\/8 -- 127\.0\.61\.1$/);
      expect(six).toMatch(/ -6 .*--exclude 2001:db8::\/32 -- ::1$/);
      expect(six).not.toMatch(/-PP|-PM/);
    });

    it.each([
      ["fe80::1%eth0", "zone"],
      ["::ffff:127.0.0.1", "write 127.0.0.1"],
      ["2001:db8::/64", "wider than /120"],
      ["2001:db8::1", "outside the configured targets"],
    ])("--target %s is refused with the reason", async (target, reason) => {
      const directory = segment(["::1"], [80]);
      const { code, err } = await run(["scan", "--target", target, "-c", "tripline.yaml"], directory);
      expect(code).toBe(2);
      expect(err).toContain(reason);
    });
  });
});

const UNSHARE = ["unshare", "--net", "sh", "-c"];
const ALONE = [...UNSHARE, 'ip link set lo up && exec "$@"', "sh"];
const WITHOUT = [
  ...UNSHARE,
  'ip link set lo up && echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && exec "$@"',
  "sh",
];
const separate = await runCommand("unshare", ["--net", "ip", "link", "set", "lo", "up"], "/");
const namespaces = separate.ok
  ? ({ ok: true } as const)
  : { ok: false as const, reason: "network namespaces cannot be made", howToGet: "run the tests as root" };

describeWith(namespaces, "a machine without IPv6", () => {
  describeWith(installedNmap(), "whose targets are in it", () => {
    it.each([
      ["no address beyond loopback", ALONE, "2001:db8::1"],
      ["IPv6 switched off", WITHOUT, "::1"],
    ])(
      "%s: the scan and doctor say so, and the IPv4 part is scanned",
      async (_, before, target) => {
        const directory = segment([target, "127.0.62.1"], [80]);
        const scan = await runProcess(["scan", "-c", "tripline.yaml"], directory, before);
        const told = `this machine has no IPv6 address: ${target} cannot be asked (tripline doctor: TL128)`;
        expect(scan.text).toContain(told);
        const planned = await runProcess(["scan", "--dry-run", "-c", "tripline.yaml"], directory, before);
        expect(planned.text).toContain(`note: ${told}`);
        expect(scan.text).toMatch(/1 up \/ 2 · 0 open ports · \S+ · partial/);
        expect(scan.code).toBe(3);
        const doctor = await runProcess(["doctor", "-c", "tripline.yaml"], directory, before);
        expect(doctor.text).toMatch(/fail {2}ipv6: this machine has no IPv6 address.*TL128[^]*effect[^]*fix/);
        expect(doctor.code).toBe(3);
      },
      LIMIT_MS,
    );

    it(
      "and nowhere else: the scan fails",
      async () => {
        const only = await runProcess(["scan", "-c", "tripline.yaml"], segment(["2001:db8::1"], [80]), ALONE);
        expect(only.text).toMatch(/· failed\nfailed: this machine has no IPv6 address/);
        expect(only.code).toBe(3);
      },
      LIMIT_MS,
    );
  });
});

it("doctor --explain knows the codes of IPv6", async () => {
  for (const code of ["TL128", "TL129"]) {
    expect(await run(["doctor", "--explain", code])).toMatchObject({ code: 0, out: expect.stringContaining("IPv6") });
  }
});
