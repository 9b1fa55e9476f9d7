import { describe, expect, it } from "vitest";
import { missingFrom } from "./additive.ts";

const BEFORE = {
  id: "a",
  score: 4,
  host: { ip: "10.0.0.1", mac: null },
  ports: [{ number: 22 }, { number: 80, name: "http" }],
};

describe("an answer that may only grow", () => {
  it.each<[string, unknown, readonly string[]]>([
    ["the same", BEFORE, []],
    ["with more keys", { ...BEFORE, url: "u", host: { ...BEFORE.host, names: [] } }, []],
    ["with more elements", { ...BEFORE, ports: [...BEFORE.ports, { number: 81, name: "x" }] }, []],
    ["a key removed", { id: "a", host: BEFORE.host, ports: BEFORE.ports }, ["$.score: gone"]],
    ["a key removed below", { ...BEFORE, host: { ip: "10.0.0.1" } }, ["$.host.mac: gone"]],
    ["a key removed in a list", { ...BEFORE, ports: [{ number: 22 }, { number: 80 }] }, ["$.ports[].name: gone"]],
    [
      "a key removed in one element of a list",
      { ...BEFORE, ports: [{ number: 22 }, { name: "http" }] },
      ["$.ports[].number: not in every element any more"],
    ],
    ["another type", { ...BEFORE, score: "4" }, ["$.score: string, was number"]],
    ["null where there was a value", { ...BEFORE, id: null }, ["$.id: null, was string"]],
    [
      "another type in a list",
      { ...BEFORE, ports: [{ number: "22", name: "ssh" }] },
      ["$.ports[].number: string, was number"],
    ],
    ["a list instead of an object", { ...BEFORE, host: [] }, ["$.host: list, was object"]],
    ["an empty list", { ...BEFORE, ports: [] }, ["$.ports: no element is left"]],
    ["a list instead of everything", [BEFORE], ["$: list, was object"]],
  ])("%s", (_, now, problems) => {
    expect(missingFrom(BEFORE, now)).toEqual(problems);
  });

  it("may keep either of two types", () => {
    expect(missingFrom([{ mac: null }, { mac: "x" }], [{ mac: "x" }])).toEqual([]);
  });
});
