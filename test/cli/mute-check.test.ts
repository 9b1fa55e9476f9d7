import { describe, expect, it } from "vitest";
import { host, office, WHY } from "./support/people.ts";

const HOSTS = [5, 6, 7, 8].map((n) => host(`10.0.0.${n}`, 22));
const NEWS = [host("10.0.0.5", 22, 4444), ...HOSTS.slice(1)];

describe("mute check", () => {
  it.each([
    { name: "hides something", words: ["--host", "10.0.0.5", "--kind", "port-opened"], state: "ok", matched: 1 },
    { name: "matches nothing", words: ["--host", "10.0.0.6", "--kind", "port-closed"], state: "dead", matched: 0 },
    { name: "covers everybody", words: ["--host", "10.0.0.0/24"], state: "wide", matched: 1 },
    {
      name: "covers everybody for one kind",
      words: ["--host", "10.0.0.0/24", "--kind", "port-opened"],
      state: "ok",
      matched: 1,
    },
  ])("of one that $name: $state", async ({ words, state, matched }) => {
    const at = await office(HOSTS, NEWS);
    await at.tripline("mute", "add", ...words, "--until", "7d", ...WHY);
    expect(await at.json("mute", "check")).toMatchObject([{ state, matched, by: "m.analyst" }]);
    expect(await at.tripline("mute", "check", "--strict")).toMatchObject({ code: state === "ok" ? 0 : 3, err: "" });
    const wrong = { dead: 0, wide: 0, expired: 0, ...(state === "ok" ? {} : { [state]: 1 }) };
    expect((await at.json("status")).mutes).toEqual({ total: 1, ...wrong });
    const hint = (await at.tripline("status")).out.includes("tripline mute check");
    expect(hint).toBe(state !== "ok");
  });

  it("takes another share, and refuses more than all", async () => {
    const at = await office(HOSTS, NEWS);
    await at.tripline("mute", "add", "--host", "10.0.0.0/24", "--until", "7d", ...WHY);
    expect(await at.json("mute", "check", "--wide", "100")).toMatchObject([{ state: "ok" }]);
    expect(await at.tripline("mute", "check", "--wide", "101")).toMatchObject({ code: 2 });
  });

  it("without mutes says so", async () => {
    const { tripline } = await office(HOSTS);
    expect(await tripline("mute", "check", "--strict")).toMatchObject({ code: 0, out: "no mutes\n" });
  });
});
