import { describe, expect, it } from "vitest";
import type { HostSpec } from "../support/nmap-xml.ts";
import { eventsOf, host, office, type Office, WHY } from "../cli/support/people.ts";

const hosts = (count: number, ...more: readonly number[]): readonly HostSpec[] =>
  Array.from({ length: count }, (_, i) => host(`10.0.0.${i + 1}`, 22, ...more));
/** Six hosts, of which the first few have port 4444 open. */
const six = (open: number) => [...hosts(open, 4444), ...hosts(6).slice(open)];
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const wide = (...more: readonly number[]) => [host("10.0.0.1", 22, ...more), ...hosts(6).slice(1)];

/** What was sent of members, one line an event. */
async function membersOf(at: Office): Promise<readonly string[]> {
  const events = await eventsOf(at);
  return events
    .filter((one) => one.tripline.anomaly?.member_of !== undefined)
    .map(({ event, server, tripline: { anomaly } }) =>
      [anomaly?.transition, event.action, server?.ip, server?.port].filter((part) => part !== undefined).join(" "),
    );
}

const each = (step: string, kind: string, from: number, to: number) =>
  range(from, to - from + 1).map((n) => `${step} ${kind} 10.0.0.${n} 4444`);

describe("members of what is told as one anomaly have events of their own", () => {
  it.each<[string, readonly (readonly HostSpec[])[], readonly string[]]>([
    ["three hosts that open a port together", [six(0), six(3)], each("opened", "port-opened", 1, 3)],
    [
      "nothing more is said of them while they stay",
      [six(0), six(3), six(3), six(3)],
      each("opened", "port-opened", 1, 3),
    ],
    [
      "a fourth host that follows",
      [six(0), six(3), six(4)],
      [...each("opened", "port-opened", 1, 3), ...each("opened", "port-opened", 4, 4)],
    ],
    [
      "one that was told alone goes on as it was",
      [six(0), six(1), six(3)],
      [...each("updated", "port-opened", 1, 1), ...each("opened", "port-opened", 2, 3)],
    ],
    [
      "one that is normal again while others are not",
      [six(0), six(3), six(2), six(2), six(2)],
      [...each("opened", "port-opened", 1, 3), ...each("resolved", "port-opened", 3, 3)],
    ],
    [
      "one that comes back",
      [six(0), six(3), six(2), six(2), six(2), six(3)],
      [
        ...each("opened", "port-opened", 1, 3),
        ...each("resolved", "port-opened", 3, 3),
        ...each("opened", "port-opened", 3, 3),
      ],
    ],
    [
      "all of them when the whole is over",
      [six(0), six(3), six(0), six(0), six(0)],
      [...each("opened", "port-opened", 1, 3), ...each("resolved", "port-opened", 1, 3)],
    ],
    [
      "five ports of one host that close together",
      [wide(...range(30, 5)), wide(), wide(), wide()],
      range(30, 5).map((n) => `opened port-closed 10.0.0.1 ${n}`),
    ],
    [
      "ports of one host that open together, until they are closed",
      [wide(), wide(...range(30, 12)), wide(...range(30, 24)), wide(), wide(), wide(), wide()],
      [
        ...range(30, 24).map((n) => `opened port-opened 10.0.0.1 ${n}`),
        ...range(30, 24).map((n) => `resolved port-opened 10.0.0.1 ${n}`),
      ],
    ],
    ["a single port is no member", [six(0), six(1), six(0), six(0), six(0)], []],
  ])("%s", async (_, scans, expected) => {
    expect(await membersOf(await office(...scans))).toEqual(expected);
  });

  it("none of them is an alert, each names its group, and the group says how many there are", async () => {
    const events = await eventsOf(await office(six(0), six(3)));
    const told = events.filter((one) => one.event.dataset === "tripline.anomaly");
    const [group, ...members] = told;
    expect(group).toMatchObject({
      event: { action: "rollout" },
      tripline: { anomaly: { group: { count: 3, member_events: 3, members_left_out: 0 } } },
    });
    expect(members).toHaveLength(3);
    for (const member of members) {
      expect(member).toMatchObject({
        event: { kind: "event", action: "port-opened" },
        tripline: { anomaly: { notable: false, member_of: group?.tripline.anomaly?.id, state: "open" } },
      });
      expect(member.event.reason).toContain(
        `It is one of 3 that the anomaly ${group?.tripline.anomaly?.id} stands for.`,
      );
    }
    expect(new Set(events.map((one) => one.event.id)).size).toBe(events.length);
  });

  it("one that was told alone keeps its id, episode and first sighting", async () => {
    const events = await eventsOf(await office(six(0), six(1), six(3)));
    const own = events.filter((one) => one.server?.ip === "10.0.0.1" && one.tripline.anomaly !== undefined);
    expect(own.map((one) => one.tripline.anomaly?.transition)).toEqual(["opened", "resolved", "updated"]);
    const [opened, , updated] = own.map((one) => one.tripline.anomaly);
    expect(updated).toMatchObject({ id: opened?.id, first_seen: opened?.first_seen, episode: 1, count: 2 });
    expect(new Set(own.map((one) => one.event.id)).size).toBe(3);
  });

  it("of very many the first fifty have events, and the group says so", async () => {
    const many = hosts(60);
    const events = await eventsOf(await office(many, hosts(60, 4444)));
    const group = events.find((one) => one.event.action === "rollout");
    expect(events.filter((one) => one.tripline.anomaly?.member_of !== undefined)).toHaveLength(50);
    expect(group?.tripline.anomaly?.group).toMatchObject({ count: 60, member_events: 50, members_left_out: 10 });
    expect(group?.event.reason).toContain("50 members have events of their own, 10 more are only listed.");
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ["an accept", ["baseline", "accept"], each("accepted", "port-opened", 1, 3)],
    ["a verdict", ["anomalies", "close", "--as", "real"], each("closed", "port-opened", 1, 3)],
  ])("%s of the group is one of its members", async (_, words, expected) => {
    const at = await office(six(0), six(3));
    const [group] = await at.json("anomalies", "list");
    const before = (await membersOf(at)).length;
    expect(await at.tripline(...words, group.id, ...WHY)).toMatchObject({ code: 0, err: "" });
    expect((await membersOf(at)).slice(before)).toEqual(expected);
    await at.tripline("anomalies", "reopen", group.id, ...WHY);
    expect((await membersOf(at)).slice(before + 3)).toEqual(each("reopened", "port-opened", 1, 3));
  });

  it("the same scans give the same events, byte for byte", async () => {
    const scans = [six(0), six(1), six(3), six(2), six(2), six(2)];
    const bytes = async () => (await eventsOf(await office(...scans))).map((one) => JSON.stringify(one));
    expect(await bytes()).toEqual(await bytes());
  });
});
