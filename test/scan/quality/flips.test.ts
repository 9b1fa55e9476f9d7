import { expect, test } from "vitest";
import type { HostObservation } from "../../../src/domain/observation.ts";
import { portFlips } from "../../../src/scan/quality/flips.ts";
import { hostBaseline, portBaseline } from "../../store/support/samples.ts";
import { host } from "../plan/hosts.ts";

const known = hostBaseline("a");
const COVERED = [{ transport: "tcp", phase: "ports", ports: [[1, 1000]] }] as const;

test.each<[string, Partial<HostObservation>, { measured: number; silent: number }]>([
  ["are open as before", { ports: host("", [80, 443]).ports }, { measured: 2, silent: 0 }],
  ["answer with a reset", { ports: [] }, { measured: 2, silent: 0 }],
  ["are silent", { otherStates: [{ state: "filtered", count: 1000, transport: "tcp" }] }, { measured: 2, silent: 2 }],
  ["were not measured", { coverage: [] }, { measured: 0, silent: 0 }],
])("known ports that %s", (_, more, expected) => {
  const observation = host("10.0.0.1", [], { coverage: COVERED, ...more });
  expect(portFlips([{ known, observation }])).toEqual({ ...expected, hosts: expected.silent > 0 ? 1 : 0 });
});

test("strangers, and ports that were missed before, do not count", () => {
  const filtered = { otherStates: [{ state: "filtered" as const, count: 1000, transport: "tcp" as const }] };
  const observation = host("10.0.0.1", [], { coverage: COVERED, ...filtered });
  const missed = hostBaseline("a", { ports: new Map([["tcp/80", portBaseline(80, { misses: 1 })]]) });
  const flips = [null, missed].map((one) => portFlips([{ known: one, observation }]));
  expect(flips).toEqual(Array(2).fill({ measured: 0, silent: 0, hosts: 0 }));
});
