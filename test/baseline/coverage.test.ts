import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addCoverage, coverageKey, portsMeasured } from "../../src/baseline/coverage.ts";
import type { HostCoverage } from "../../src/domain/baseline.ts";
import type { Coverage } from "../../src/domain/observation.ts";
import { host } from "./world.ts";

type Pairs = readonly (readonly [number, number])[];
const tcp = (...ports: Pairs): Coverage => ({ transport: "tcp", phase: "ports", ports });
const udp = (...ports: Pairs): Coverage => ({ transport: "udp", phase: "ports", ports });
const fingerprint = (...ports: Pairs): Coverage => ({ transport: "tcp", phase: "fingerprint", ports });
const looked = (...coverage: readonly Coverage[]) => ({ ...host({ address: "10.0.0.7" }), coverage });

describe("what is remembered of what was measured", () => {
  const set = (coverage: Coverage, scans: number, ...[first, last]: readonly [number, number]): HostCoverage => ({
    ...coverage,
    scans,
    first,
    last,
  });

  it.each<{ name: string; scans: readonly (readonly Coverage[])[]; remembered: readonly HostCoverage[] }>([
    { name: "one set, once", scans: [[tcp([1, 100])]], remembered: [set(tcp([1, 100]), 1, 1, 1)] },
    {
      name: "the same set again is one entry with a count",
      scans: [[tcp([1, 100])], [tcp([1, 100])]],
      remembered: [set(tcp([1, 100]), 2, 1, 2)],
    },
    {
      name: "two processes with the same set are one scan of it",
      scans: [[tcp([1, 100]), tcp([1, 100])]],
      remembered: [set(tcp([1, 100]), 1, 1, 1)],
    },
    {
      name: "another set is another entry",
      scans: [[tcp([1, 100])], [tcp([1, 101])]],
      remembered: [set(tcp([1, 100]), 1, 1, 1), set(tcp([1, 101]), 1, 2, 2)],
    },
    {
      name: "the same ports of another transport are another entry",
      scans: [[tcp([1, 100]), udp([1, 100])]],
      remembered: [set(tcp([1, 100]), 1, 1, 1), set(udp([1, 100]), 1, 1, 1)],
    },
    {
      name: "the same ports in another phase are another entry",
      scans: [[tcp([22, 22]), fingerprint([22, 22])]],
      remembered: [set(tcp([22, 22]), 1, 1, 1), set(fingerprint([22, 22]), 1, 1, 1)],
    },
    { name: "a set without ports is none", scans: [[tcp()]], remembered: [] },
    {
      name: "a scan in between that measured something else leaves the set alone",
      scans: [[tcp([1, 9])], [udp([1, 9])], [tcp([1, 9])]],
      remembered: [set(tcp([1, 9]), 2, 1, 3), set(udp([1, 9]), 1, 2, 2)],
    },
  ])("$name", ({ scans, remembered }) => {
    const all = scans.reduce<readonly HostCoverage[]>((known, covered, i) => addCoverage(known, covered, i + 1), []);
    expect(all).toEqual(remembered);
  });

  it("never counts more scans than there were, and every set has its first before its last", () => {
    const anySet = fc.constantFrom(tcp([1, 100]), tcp([1, 50], [60, 70]), udp([53, 53]), fingerprint([22, 22]));
    fc.assert(
      fc.property(fc.array(fc.array(anySet, { maxLength: 3 }), { maxLength: 12 }), (scans) => {
        const all = scans.reduce<readonly HostCoverage[]>(
          (known, covered, i) => addCoverage(known, covered, i + 1),
          [],
        );
        for (const one of all) {
          expect(one.scans).toBe(
            scans.filter((covered) => covered.some((c) => coverageKey(c) === coverageKey(one))).length,
          );
          expect(one.first).toBeLessThanOrEqual(one.last);
          expect(one.last - one.first + 1).toBeGreaterThanOrEqual(one.scans);
        }
      }),
    );
  });

  it.each([
    { name: "ports that were measured", coverage: [tcp([1, 100])], counts: true },
    { name: "UDP ports alone", coverage: [udp([53, 53])], counts: true },
    { name: "services alone", coverage: [fingerprint([22, 22])], counts: false },
    { name: "an empty set", coverage: [tcp()], counts: false },
    { name: "nothing", coverage: [], counts: false },
  ])("$name count for the maturity of a host: $counts", ({ coverage, counts }) => {
    expect(portsMeasured(looked(...coverage))).toBe(counts);
  });
});
