import { expect, it } from "vitest";
import { beforeLook } from "../../src/baseline/before-look.ts";
import type { HostBaseline } from "../../src/domain/baseline.ts";
import { cycle, host, learned, mac } from "./world.ts";

const A = { address: "10.0.0.7", mac: mac(7), ports: [{ number: 22 }, { number: 80 }] };
const B = { address: "10.0.0.8", mac: mac(8), ports: [{ number: 80 }] };

const counts = (known: HostBaseline | null | undefined) => ({
  misses: known?.misses,
  covered: known?.covered,
  coverage: known?.coverage.map(({ scans, phase }) => [phase, scans]),
  ports: [...(known?.ports.values() ?? [])].map(({ number, misses }) => [number, misses]),
});

it("counts a look that was learned from once, however often it is looked at", () => {
  const before = learned([host(A), host(B)]);
  // Port 80 of one host is silent, the other host is gone.
  const look = [host({ ...A, ports: [{ number: 22 }] })];
  const { view, lesson } = cycle(before, look);
  const again = beforeLook(cycle(lesson.baseline, look).view);
  const [first, second] = [view, again].map(({ hosts, absent }) => [
    ...hosts.map(({ known }) => counts(known)),
    ...absent.map(({ known }) => counts(known)),
  ]);
  expect(second).toEqual(first);
  expect(lesson.baseline.hosts.size).toBe(2);
  expect([...lesson.baseline.hosts.values()].map(counts)).not.toEqual(first);
});
