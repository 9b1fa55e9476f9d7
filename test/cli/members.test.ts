import { describe, expect, it } from "vitest";
import type { HostSpec } from "../support/nmap-xml.ts";
import { host, office, WHY } from "./support/people.ts";

const hosts = (...open: readonly boolean[]) => open.map((is, i) => host(`10.0.0.${i + 1}`, 22, ...(is ? [4444] : [])));
const QUIET = hosts(false, false, false, false, false, false);
const THREE = hosts(true, true, true, false, false, false);
const TWO = hosts(true, true, false, false, false, false);

/** Three hosts on which a port opened together: the group, and the ids of its members in the order of their addresses. */
async function together(...more: readonly (readonly HostSpec[])[]) {
  const at = await office(QUIET, THREE, ...more);
  const [group] = await at.json("anomalies", "list");
  const ids: readonly string[] = group.members.map((member: { readonly anomaly: string }) => member.anomaly);
  return { at, group, ids, id: ids[2] ?? "" };
}

describe("a member of a group, by its own id", () => {
  it("is explained with its own change, and names the group", async () => {
    const { at, group, id } = await together();
    const json = await at.json("explain", id);
    expect(json).toMatchObject({
      id,
      kind: "port-opened",
      sentence: "New open port 4444/tcp (unknown service) on 10.0.0.3, segment office.",
      change: "closed → open",
      state: "open",
      memberOf: { id: group.id, kind: "rollout", state: "open", sentence: group.message },
    });
    expect(json.quiet[0]).toContain(`tripline baseline accept ${group.id.slice(0, 8)}`);
    const { out, code } = await at.tripline("explain", id.slice(0, 8));
    expect(code).toBe(0);
    expect(out).toMatch(/group +3 hosts in segment office: port-opened for 4444\/tcp/);
    expect(out).toMatch(/change +closed → open/);
    expect(out).toContain(`only the anomaly ${group.id.slice(0, 8)} may alert`);
  });

  it("is shown as JSON", async () => {
    const { at, group, id } = await together();
    const { out } = await at.tripline("anomalies", "show", id);
    expect(JSON.parse(out)).toMatchObject({
      id,
      kind: "port-opened",
      subject: "tcp/4444",
      from: "closed",
      to: "open",
      host: { address: "10.0.0.3" },
      group: null,
      memberOf: { id: group.id, kind: "rollout" },
    });
  });

  it("is over when it is normal again, while the group is open", async () => {
    const { at, id } = await together(TWO, TWO, TWO);
    expect(await at.json("explain", id)).toMatchObject({ state: "resolved", memberOf: { state: "open" } });
  });

  it("that was told alone keeps its anomaly, which names the group", async () => {
    const at = await office(QUIET, hosts(true, false, false, false, false, false), THREE);
    const all = await at.json("anomalies", "list", "--all");
    const group = all.find((one: { kind: string }) => one.kind === "port-spread");
    const alone = all.find((one: { kind: string }) => one.kind === "port-opened");
    expect(group.members[0].anomaly).toBe(alone.id);
    expect(await at.json("explain", alone.id)).toMatchObject({ id: alone.id, memberOf: { id: group.id } });
  });

  it.each([
    ["accept", ["baseline", "accept"]],
    ["close", ["anomalies", "close", "--as", "real"]],
  ])("cannot be the one that people %s: the error names the group", async (_, words) => {
    const { at, group, id } = await together();
    const { code, err } = await at.tripline(...words, id, ...WHY);
    expect(code).toBe(2);
    expect(err).toContain(`${id} is a member of the anomaly ${group.id}`);
    expect(err).toContain("(TL601)");
  });

  it("an id that nothing has is refused as before", async () => {
    const { at } = await together();
    for (const words of [
      ["explain", "zzzz"],
      ["anomalies", "show", "zzzz"],
    ]) {
      expect(await at.tripline(...words)).toMatchObject({
        code: 2,
        err: expect.stringContaining('no anomaly has the id "zzzz"'),
      });
    }
    expect((await at.tripline("explain", "")).err).toContain("anomalies begin with");
  });
});

describe("what stands for others", () => {
  it("a group lists its members with what each changed and its id", async () => {
    const { at, group, ids } = await together(TWO, TWO, TWO);
    const { memberChanges } = await at.json("explain", group.id);
    expect(memberChanges).toMatchObject([
      { id: ids[0], host: "10.0.0.1", subject: "tcp/4444", from: "closed", to: "open", state: "open" },
      { id: ids[1], state: "open" },
      { id: ids[2], state: "resolved" },
    ]);
    const { out } = await at.tripline("explain", group.id);
    expect(out).toContain(`10.0.0.1 tcp/4444 closed → open, ${ids[0]?.slice(0, 8)}`);
    expect(out).toContain(`10.0.0.3 tcp/4444 closed → open (resolved), ${ids[2]?.slice(0, 8)}`);
  });

  it("ports that opened together are listed and found by their ids", async () => {
    const ports = Array.from({ length: 12 }, (_, i) => 30 + i);
    const at = await office(QUIET, [host("10.0.0.1", 22, ...ports), ...QUIET.slice(1)]);
    const [burst] = await at.json("anomalies", "list");
    expect(burst.kind).toBe("ports-opened");
    const { memberChanges } = await at.json("explain", burst.id);
    expect(memberChanges.map((one: { subject: string }) => one.subject)).toEqual(ports.map((n) => `tcp/${n}`));
    expect(await at.json("explain", memberChanges[0].id)).toMatchObject({
      kind: "port-opened",
      change: "closed → open",
      memberOf: { id: burst.id, kind: "ports-opened" },
    });
  });
});
