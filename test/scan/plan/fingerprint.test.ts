import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HostObservation } from "../../../src/domain/observation.ts";
import { formatIntervals, includes } from "../../../src/lib/intervals.ts";
import { type FingerprintInput, planFingerprint } from "../../../src/scan/plan/fingerprint.ts";
import { GUARDED } from "../../../src/scan/plan/guard.ts";
import { host, port, portsRun } from "./hosts.ts";

const DAY = 24 * 3_600_000;
const NEW = { fingerprinted: null, changed: false };

function input(seen: readonly HostObservation[], more: Partial<FingerprintInput> = {}): FingerprintInput {
  const addresses = seen.map((one) => one.address);
  return {
    shard: { n: 0, addresses, ports: portsRun(addresses, "1-1000") },
    profile: "ports",
    seen,
    knowledge: () => NEW,
    fragile: new Set(),
    os: () => ({ identified: true, askedAt: DAY, doubtful: false }),
    osDetection: true,
    scripts: ["tripline-banner"],
    now: 100 * DAY,
    firstN: 1,
    ...more,
  };
}

const NEVER = () => ({ identified: false, askedAt: null, doubtful: false });

/** The runs in short: `n addresses ports`. */
function runs(seen: readonly HostObservation[], more: Partial<FingerprintInput> = {}): readonly string[] {
  return planFingerprint(input(seen, more)).map(
    (run) => `${run.n} ${run.addresses.join("+")} ${formatIntervals(run.ports.get("tcp") ?? [])}`,
  );
}

describe("which ports", () => {
  const known =
    (at: number, identified: boolean, changed = false) =>
    () => ({ fingerprinted: { at, identified }, changed });

  test.each([
    ["new ones", () => NEW, ["1 10.0.0.1 22"]],
    ["identified ones in every cycle", known(100 * DAY - 1, true), ["1 10.0.0.1 22"]],
    ["changed ones at once", known(100 * DAY - 1, false, true), ["1 10.0.0.1 22"]],
    ["silent ones not within a week", known(94 * DAY, false), []],
    ["silent ones after a week", known(93 * DAY, false), ["1 10.0.0.1 22"]],
  ])("%s", (_, knowledge, expected) => {
    expect(runs([host("10.0.0.1", [22])], { knowledge })).toEqual(expected);
  });

  test("open TCP ones only", () => {
    const seen = host("10.0.0.1", [], {
      ports: [port(22, "filtered"), port(23, "closed"), { ...port(53, "open"), transport: "udp" }],
    });
    expect(runs([seen])).toEqual([]);
  });

  test("64 of hundreds that nobody knows, spread over them, and all that are known", () => {
    const many = Array.from({ length: 640 }, (_, i) => 1000 + i);
    const named = (_: string, { number }: { number: number }) => (number < 1000 ? known(0, true)() : NEW);
    const [run] = planFingerprint(input([host("10.0.0.1", [22, 80, ...many])], { knowledge: named }));
    const asked = Array.from({ length: 64 }, (_, i) => 1000 + i * 10);
    expect(formatIntervals(run?.ports.get("tcp") ?? [])).toBe([22, 80, ...asked].join(","));
  });

  test("none of a host that answers open everywhere", () => {
    expect(runs([host("10.0.0.1", [22], { allPortsOpen: 65_535 })])).toEqual([]);
  });
});

describe("the harm guard", () => {
  test("keeps guarded ports out, and with them a host that has nothing else", () => {
    expect(runs([host("10.0.0.1", [22, 502, 9100]), host("10.0.0.2", [9100])])).toEqual(["1 10.0.0.1 22"]);
  });

  test("keeps fragile hosts out, also from OS detection", () => {
    const more = { fragile: new Set(["10.0.0.1"]), os: NEVER };
    expect(runs([host("10.0.0.1", [22])], more)).toEqual([]);
  });

  test("spares the printing services of a printer, and of a printer only", () => {
    const seen = [host("10.0.0.1", [80, 631, 9100]), host("10.0.0.2", [80, 631])];
    expect(runs(seen)).toEqual(["1 10.0.0.1 80", "2 10.0.0.2 80,631"]);
  });

  test("holds for any mixture of hosts: every run touches only ports that are due on each of its hosts or not open there", () => {
    const numbers = fc.uniqueArray(fc.constantFrom(21, 22, 80, 443, 502, 515, 631, 2222, 9100, 9103), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 8 }), fc.nat(), (lists, salt) => {
        const seen = lists.map((list, i) => host(`10.0.0.${i + 1}`, list));
        const silent = (address: string, number: number) => (address.length * 7 + number + salt) % 3 === 0;
        const knowledge: FingerprintInput["knowledge"] = (address, { number }) =>
          silent(address, number) ? { fingerprinted: { at: 99 * DAY, identified: false }, changed: false } : NEW;
        const plans = planFingerprint(input(seen, { knowledge }));
        for (const run of plans) {
          for (const number of [...GUARDED.flat(), 9103])
            expect(includes(run.ports.get("tcp") ?? [], number)).toBe(false);
          for (const address of run.addresses) {
            const open = seen.find((one) => one.address === address)?.ports.map((one) => one.number) ?? [];
            const touched = open.filter((number) => includes(run.ports.get("tcp") ?? [], number));
            expect(touched.filter((number) => silent(address, number))).toEqual([]);
          }
        }
        // Every due port is in exactly one run of its host.
        for (const one of seen) {
          const mine = plans.filter((run) => run.addresses.includes(one.address));
          expect(mine.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("runs", () => {
  test("hosts share one run while that spares everybody", () => {
    expect(runs([host("10.0.0.1", [22]), host("10.0.0.2", [22, 80])])).toEqual(["1 10.0.0.1+10.0.0.2 22,80"]);
  });

  test("a host whose silent port another host shows as a service gets a run of its own", () => {
    const knowledge: FingerprintInput["knowledge"] = (address, { number }) =>
      address === "10.0.0.1" && number === 80
        ? { fingerprinted: { at: 99 * DAY, identified: false }, changed: false }
        : NEW;
    expect(runs([host("10.0.0.1", [22, 80]), host("10.0.0.2", [80])], { knowledge })).toEqual([
      "1 10.0.0.1 22",
      "2 10.0.0.2 80",
    ]);
  });

  test("all run with one intensity and one wait, in the deep profile too: their results stay comparable", () => {
    const plans = (["ports", "deep"] as const).flatMap((profile) =>
      planFingerprint(input([host("10.0.0.1", [22])], { profile })),
    );
    expect(new Set(plans.map((plan) => `${plan.versionIntensity} ${plan.shortWait}`)).size).toBe(1);
  });
});

describe("operating systems", () => {
  const seen = host("10.0.0.1", [22], { ports: [port(22, "open"), port(23, "closed")] });

  test.each<[string, Partial<FingerprintInput>, boolean]>([
    ["never fingerprinted", { os: NEVER }, true],
    [
      "asked in vain less than a week ago",
      { os: () => ({ identified: false, askedAt: 94 * DAY, doubtful: false }) },
      false,
    ],
    ["asked in vain a week ago", { os: () => ({ identified: false, askedAt: 93 * DAY, doubtful: false }) }, true],
    ["known", {}, false],
    ["known, in the deep profile", { profile: "deep" }, true],
    ["switched off", { os: NEVER, osDetection: false }, false],
  ])("%s", (_, more, expected) => {
    expect(planFingerprint(input([seen], more))[0]?.osDetection).toBe(expected);
  });

  test("get the closed port that makes the guess trustworthy", () => {
    expect(runs([seen], { os: NEVER })).toEqual(["1 10.0.0.1 22-23"]);
  });

  test("take an unlisted closed port when nmap only counted them, never a guarded one", () => {
    const shard = { n: 0, addresses: ["10.0.0.1"], ports: portsRun(["10.0.0.1"], "22,102,443") };
    expect(runs([host("10.0.0.1", [22])], { os: NEVER, shard })).toEqual(["1 10.0.0.1 22,443"]);
  });

  test("are left out where no port is closed, or without raw sockets", () => {
    const filtered = host("10.0.0.1", [22], { otherStates: [{ state: "filtered", count: 5, transport: "tcp" }] });
    expect(planFingerprint(input([filtered], { os: NEVER }))[0]?.osDetection).toBe(false);
    const shard = { n: 0, addresses: ["10.0.0.1"], ports: portsRun(["10.0.0.1"], "22", { technique: "connect" }) };
    expect(planFingerprint(input([seen], { os: NEVER, shard }))[0]?.osDetection).toBe(false);
  });
});
