import { describe, expect, it } from "vitest";
import { emptyBaseline, type SegmentBaseline } from "../../../src/domain/baseline.ts";
import { liveScope } from "../../../src/scan/quality/live-scope.ts";

type Names = Readonly<Record<string, readonly string[]>>;

const asks = (networks: readonly string[], names: Names = {}) => ({ networks, names: new Map(Object.entries(names)) });

function after(asked: readonly string[] | undefined, scans = 9): SegmentBaseline {
  const empty = emptyBaseline("lab");
  return { ...empty, scans, vantage: { ...empty.vantage, ...(asked === undefined ? {} : { asked }) } };
}

describe("what a live scan asks for the first time", () => {
  it.each<{
    name: string;
    before: readonly string[] | undefined;
    now: ReturnType<typeof asks>;
    first: readonly string[];
    known: readonly string[];
  }>([
    {
      name: "a network that is newly listed",
      before: ["10.0.0.0/24"],
      now: asks(["10.0.0.0/24", "10.0.1.0/24"]),
      first: ["10.0.1.7"],
      known: ["10.0.0.7", "10.9.9.9"],
    },
    {
      name: "the rest of a network that grew",
      before: ["10.0.0.0/25"],
      now: asks(["10.0.0.0/24"]),
      first: ["10.0.0.200"],
      known: ["10.0.0.7"],
    },
    {
      name: "an address that was excluded",
      before: ["10.0.0.0/25", "10.0.0.128/26"],
      now: asks(["10.0.0.0/24"]),
      first: ["10.0.0.201"],
      known: ["10.0.0.129"],
    },
    {
      name: "one address that is newly listed",
      before: ["10.0.0.1"],
      now: asks(["10.0.0.1", "10.0.0.2"]),
      first: ["10.0.0.2"],
      known: ["10.0.0.1"],
    },
    {
      name: "the addresses of a name that is newly listed",
      before: ["10.0.0.1"],
      now: asks(["10.0.0.1"], { "db.example": ["10.0.0.9"] }),
      first: ["10.0.0.9"],
      known: ["10.0.0.1"],
    },
    {
      name: "not the address that a known name stands for now",
      before: ["10.0.0.1", "db.example"],
      now: asks(["10.0.0.1"], { "db.example": ["10.0.0.9"] }),
      first: [],
      known: ["10.0.0.9"],
    },
    {
      name: "not the address of a new name in a known network",
      before: ["10.0.0.0/24"],
      now: asks(["10.0.0.0/24"], { "db.example": ["10.0.0.9"] }),
      first: [],
      known: ["10.0.0.9"],
    },
    {
      name: "nothing in a state that does not know what was asked",
      before: undefined,
      now: asks(["10.0.0.0/24"]),
      first: [],
      known: ["10.0.0.9"],
    },
    {
      name: "in IPv6 as well",
      before: ["2001:db8::/120"],
      now: asks(["2001:db8::/120", "2001:db8::1:0/120"]),
      first: ["2001:db8::1:7"],
      known: ["2001:db8::7"],
    },
  ])("$name", ({ before, now, first, known }) => {
    const scope = liveScope(now, after(before));
    expect(first.filter((address) => scope?.isFirst(address) !== true)).toEqual([]);
    expect(known.filter((address) => scope?.isFirst(address) === true)).toEqual([]);
  });

  it("nothing in the first scan of all, which has nothing to compare with", () => {
    const scope = liveScope(asks(["10.0.0.0/24"]), after(undefined, 0));
    expect(scope?.isFirst("10.0.0.7")).toBe(false);
    expect(scope?.asked).toEqual(["10.0.0.0/24"]);
  });

  it("is remembered without what is part of something wider", () => {
    const scope = liveScope(asks(["10.0.0.0/24"], { "db.example": ["10.0.0.9"] }), after(["10.0.0.0/25", "10.0.0.9"]));
    expect(scope?.asked).toEqual(["10.0.0.0/24", "db.example"]);
  });

  it("too long a history is not kept at all", () => {
    const networks = Array.from({ length: 2100 }, (_, i) => `10.${i >> 8}.${i & 255}.1`);
    expect(liveScope(asks(networks), after(["10.0.0.0/24"]))).toBeUndefined();
  });
});
