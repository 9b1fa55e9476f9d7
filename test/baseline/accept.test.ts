import { describe, expect, it } from "vitest";
import { acceptAnomaly, relearn } from "../../src/baseline/accept.ts";
import { acceptedHost, undoAccept } from "../../src/baseline/undo-accept.ts";
import type { Anomaly } from "../../src/domain/anomaly.ts";
import type { SegmentBaseline } from "../../src/domain/baseline.ts";
import type { Deviation } from "../../src/domain/deviation.ts";
import type { HostObservation } from "../../src/domain/observation.ts";
import { anomalyOf } from "./anomaly-of.ts";
import { cycle, host, learned, mac, series, told } from "./world.ts";
import type { HostLike } from "./world.ts";

const SSH = {
  number: 22,
  service: "ssh",
  product: "OpenSSH",
  version: "9.2p1",
  banner: "SSH-2.0-OpenSSH_9.2p1",
  ssh: "k1",
} as const;
const A: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [SSH] };
const B: HostLike = { address: "10.0.0.8", mac: mac(8), ports: [{ number: 80 }] };
const TWENTY = Array.from({ length: 20 }, (_, i) => ({ number: 9000 + i }));
const BOTH = [host(A), host(B)];

describe("an accepted anomaly is normal from then on", () => {
  const cases: readonly { readonly name: string; readonly now: readonly HostObservation[]; readonly scans?: number }[] =
    [
      { name: "a new port", now: [host({ ...A, ports: [SSH, { number: 4444, service: "http" }] }), host(B)] },
      { name: "ports that opened together", now: [host({ ...A, ports: [SSH, ...TWENTY] }), host(B)] },
      { name: "a closed port", now: [host({ ...A, ports: [] }), host(B)], scans: 3 },
      {
        name: "another product with its version and banner",
        now: [host({ ...A, ports: [{ ...SSH, product: "Dropbear", version: "2022", banner: "db" }] }), host(B)],
      },
      {
        name: "another version with its banner",
        now: [host({ ...A, ports: [{ ...SSH, version: "9.6p1", banner: "x" }] }), host(B)],
      },
      { name: "another banner", now: [host({ ...A, ports: [{ ...SSH, banner: "x" }] }), host(B)] },
      { name: "another host key", now: [host({ ...A, ports: [{ ...SSH, ssh: "k2" }] }), host(B)] },
      { name: "another MAC", now: [host({ ...A, mac: mac(70) }), host(B)] },
      { name: "another name", now: [host({ ...A, name: "b.example" }), host(B)] },
      {
        name: "another address, with the name it has there",
        now: [host({ ...A, address: "10.0.0.70", name: "dhcp" }), host(B)],
      },
      {
        name: "another machine",
        now: [host({ ...A, mac: mac(70), ports: [{ ...SSH, ssh: "k2", product: "x" }, { number: 23 }] }), host(B)],
      },
      { name: "a new host", now: [...BOTH, host({ address: "10.0.0.9", mac: mac(9), ports: [{ number: 22 }] })] },
      { name: "a host that left", now: [host(B)], scans: 4 },
      { name: "a host that answers on all ports", now: [host({ ...A, ports: [SSH], allPortsOpen: 990 }), host(B)] },
    ];
  it.each(cases)("$name, and taken back it is as before", ({ now, scans }) => {
    const last = series(learned(BOTH), Array(scans ?? 1).fill(now)).at(-1);
    const baseline = last?.lesson.baseline ?? learned([]);
    for (const found of last?.deviations ?? []) {
      const changed = acceptAnomaly(baseline, anomalyOf(found));
      const undone = changed.map((after) => {
        const before = baseline.hosts.get(after.id);
        return before === undefined ? null : undoAccept(after, acceptedHost(before, after));
      });
      expect(undone).toEqual(changed.map((after) => baseline.hosts.get(after.id)));
    }
  });

  it.each(cases)("$name", ({ now, scans }) => {
    const last = series(learned(BOTH), Array(scans ?? 1).fill(now)).at(-1);
    const baseline = last?.lesson.baseline ?? learned([]);
    const found = last?.deviations ?? [];
    expect(found.length).toBeGreaterThan(0);
    expect(cycle(accepted(baseline, found), now).deviations).toEqual([]);
  });

  it("of ports that opened together only those that were open in the last scan", () => {
    const now = (...ports: readonly { number: number }[]) => [host({ ...A, ports: [SSH, ...ports] }), host(B)];
    const last = series(learned(BOTH), [now(...TWENTY), now(...TWENTY.slice(1))]).at(-1);
    const baseline = accepted(last?.lesson.baseline ?? learned([]), last?.deviations ?? []);
    expect(told(cycle(baseline, now(...TWENTY)).deviations)).toEqual(["port-opened 10.0.0.7 tcp/9000"]);
  });

  it("and the way back is news", () => {
    const now = [host({ ...A, ports: [{ ...SSH, ssh: "k2" }] }), host(B)];
    const { lesson, deviations } = cycle(learned(BOTH), now);
    expect(told(cycle(accepted(lesson.baseline, deviations), BOTH).deviations)).toEqual([
      "hostkey-changed 10.0.0.7 tcp/22",
    ]);
  });

  it("a host whose leaving was accepted is a stranger when it returns", () => {
    const last = series(learned(BOTH), Array(4).fill([host(B)])).at(-1);
    const baseline = accepted(last?.lesson.baseline ?? learned([]), last?.deviations ?? []);
    expect(told(cycle(baseline, BOTH).deviations)).toEqual(["host-appeared 10.0.0.7 presence"]);
  });

  it("both machines of an exchange are known by their own evidence", () => {
    const exchanged = host({ ...A, mac: mac(70), ports: [{ number: 23 }] });
    const { lesson, deviations } = cycle(learned(BOTH), [exchanged, host(B)]);
    const baseline = accepted(lesson.baseline, deviations);
    const back = host({ ...A, address: "10.0.0.99" });
    expect(told(cycle(baseline, [exchanged, host(B), back]).deviations)).toEqual(["host-appeared 10.0.0.99 presence"]);
  });

  it("a group is accepted on every member", () => {
    const now = BOTH.map((h) => ({
      ...h,
      ports: [...h.ports, ...host({ address: "10.0.0.1", ports: [{ number: 9100 }] }).ports],
    }));
    const { lesson, deviations } = cycle(learned(BOTH), now);
    const members = deviations.map((d) => ({
      hostId: d.host?.id ?? "",
      ip: d.host?.address ?? "",
      name: null,
      anomalyId: "x",
    }));
    const [first] = deviations;
    if (first === undefined) throw new Error("nothing was found");
    const group: Anomaly = {
      ...anomalyOf(first),
      kind: "rollout",
      host: null,
      subject: "port-opened 9100/tcp",
      group: { id: "g", kind: "port-opened", from: "closed", to: "open", subject: "s", members },
    };
    const hosts = new Map([
      ...lesson.baseline.hosts,
      ...acceptAnomaly(lesson.baseline, group).map((h) => [h.id, h] as const),
    ]);
    expect(cycle({ ...lesson.baseline, hosts }, now).deviations).toEqual([]);
  });

  it("learning anew keeps identities, forgets who is gone and alarms nobody", () => {
    const last = series(learned(BOTH), Array(4).fill([host({ ...B, ports: [{ number: 80 }, { number: 4444 }] })])).at(
      -1,
    );
    const fresh = relearn(last?.lesson.baseline ?? learned([]));
    expect([fresh.scans, fresh.startedAt, fresh.hosts.size]).toEqual([0, null, 1]);
    const { deviations, view } = cycle(fresh, BOTH);
    expect([deviations.filter((d) => d.mature), view.mature]).toEqual([[], false]);
    expect(view.hosts.find((h) => h.observation.address === B.address)?.known).not.toBeNull();
  });
});

function accepted(baseline: SegmentBaseline, deviations: readonly Deviation[]): SegmentBaseline {
  return deviations.map(anomalyOf).reduce((state, anomaly) => {
    const hosts = acceptAnomaly(state, anomaly).map((h) => [h.id, h] as const);
    return { ...state, hosts: new Map([...state.hosts, ...hosts]) };
  }, baseline);
}
