import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  evidenceKey,
  inOrder,
  observedEvidence,
  referenceEvidence,
  sharedEvidence,
} from "../../../src/baseline/identity/evidence.ts";
import type { EvidenceKind } from "../../../src/domain/evidence.ts";
import { emptyBaseline } from "../../../src/domain/baseline.ts";
import { cycle, host, learned, mac, series } from "../world.ts";
import type { HostLike } from "../world.ts";

const MADE_UP = "02-00-00-00-00-01";
const A: HostLike = {
  address: "10.0.0.7",
  mac: mac(7),
  name: "a.example",
  ports: [
    { number: 443, tls: "t1" },
    { number: 22, ssh: "ssh-rsa:r1 ssh-ed25519:e1" },
  ],
};
const texts = (like: Partial<HostLike>) =>
  observedEvidence(host({ address: "10.0.0.7", ...like })).map((e) => `${evidenceKey(e)}${e.strong ? "!" : ""}`);

describe("what an address shows about who it is", () => {
  it.each<{ name: string; like: Partial<HostLike>; shown: readonly string[] }>([
    {
      name: "keys first, each by itself, then the card, the name and the address",
      like: A,
      shown: ["ssh:e1!", "ssh:r1!", "tls:t1!", `mac:${mac(7)}!`, "name:a.example", "address:10.0.0.7"],
    },
    {
      name: "the same key on two ports is one piece",
      like: {
        name: "x",
        ports: [
          { number: 443, tls: "t1" },
          { number: 8443, tls: "t1" },
        ],
      },
      shown: ["tls:t1!", "name:x", "address:10.0.0.7"],
    },
    {
      name: "a made-up MAC is weak",
      like: { mac: MADE_UP, name: "x" },
      shown: [`mac:${MADE_UP}`, "name:x", "address:10.0.0.7"],
    },
    {
      name: "the address of a router pair is no card of anybody",
      like: { mac: "00-00-5E-00-01-0A", name: "x" },
      shown: ["name:x", "address:10.0.0.7"],
    },
    { name: "nothing but the address", like: {}, shown: ["address:10.0.0.7"] },
    {
      name: "banners, products and titles are no evidence",
      like: { ports: [{ number: 80, service: "http", product: "nginx", banner: "b", title: "t" }] },
      shown: ["address:10.0.0.7"],
    },
  ])("$name", ({ like, shown }) => {
    expect(texts(like)).toEqual(shown);
  });

  it("and the memory of a learned host holds the same", () => {
    const [known] = [...learned([host(A)]).hosts.values()];
    expect(known === undefined ? [] : referenceEvidence(known)).toEqual(observedEvidence(host(A)));
  });

  it("a host that was never seen to move is remembered by the address it has", () => {
    const [known] = [...learned([host(A)], 1).hosts.values()];
    if (known === undefined) throw new Error("nobody was learned");
    const bare = { ...known, fields: new Map(), ports: new Map() };
    expect(referenceEvidence(bare).map(evidenceKey)).toEqual(["address:10.0.0.7"]);
  });
});

describe("the order of evidence", () => {
  const anyPiece = fc.record({
    kind: fc.constantFrom<EvidenceKind>("ssh", "tls", "mac", "name", "address"),
    value: fc.constantFrom("a", "b", "c", "B"),
    strong: fc.boolean(),
  });

  it("does not depend on the order it was found in, and holds each piece once", () => {
    const oneEach = fc.uniqueArray(anyPiece, { selector: evidenceKey });
    fc.assert(
      fc.property(oneEach, (pieces) => {
        const ordered = inOrder(pieces);
        expect(inOrder(pieces.toReversed())).toEqual(ordered);
        expect(inOrder([...ordered, ...ordered])).toEqual(ordered);
        expect(new Set(ordered.map(evidenceKey)).size).toBe(ordered.length);
      }),
    );
  });

  it("puts what proves more first, and equal kinds by their value", () => {
    fc.assert(
      fc.property(fc.array(anyPiece), (pieces) => {
        const ranks = inOrder(pieces).map((e) => ["ssh", "tls", "mac", "name", "address"].indexOf(e.kind));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        const keys = inOrder(pieces)
          .filter((e) => e.kind === "ssh")
          .map((e) => e.value);
        expect(keys).toEqual(keys.toSorted((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });
});

describe("evidence that belongs to nobody", () => {
  const clone = (address: string, more: Partial<HostLike> = {}): HostLike => ({ ...A, address, mac: mac(8), ...more });

  it("is what two addresses of one scan have in common, never an address", () => {
    const shared = sharedEvidence(emptyBaseline("lab"), [host(A), host(clone("10.0.0.8"))]);
    expect([...shared].toSorted()).toEqual(["name:a.example", "ssh:e1", "ssh:r1", "tls:t1"]);
  });

  it("is nothing that one address shows twice", () => {
    const twice = host({
      ...A,
      ports: [
        { number: 443, tls: "t1" },
        { number: 8443, tls: "t1" },
      ],
    });
    expect([...sharedEvidence(emptyBaseline("lab"), [twice])]).toEqual([]);
  });

  it("stays so while the second machine is down: it must not lend out what both had", () => {
    const both = learned([host(A), host(clone("10.0.0.8"))]);
    expect([...sharedEvidence(both, [host(A)])]).toContain("ssh:e1");
  });

  it("is free again once the second machine has left", () => {
    const both = learned([host(A), host(clone("10.0.0.8"))]);
    const alone = series(both, Array(4).fill([host(A)])).at(-1)?.lesson.baseline ?? both;
    expect([...sharedEvidence(alone, [host(A)])]).toEqual([]);
  });

  it("two strangers that look alike in one scan are two hosts with two ids", () => {
    const scan = ["10.0.0.8", "10.0.0.9"].map((address) => host({ ...clone(address), mac: null }));
    const { view } = cycle(emptyBaseline("lab"), scan);
    expect(new Set(view.hosts.map((h) => h.id)).size).toBe(2);
    const again = cycle(cycle(emptyBaseline("lab"), scan).lesson.baseline, scan);
    expect(again.view.hosts.map((h) => h.id)).toEqual(view.hosts.map((h) => h.id));
  });
});
