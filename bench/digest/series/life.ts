import { host, open } from "../../../test/recorded/recording.ts";
import { but, httpPort, mac, plus, segment, sshPort } from "../../../test/recorded/segment.ts";
import type { HostSpec } from "../../../test/support/nmap-xml.ts";
import type { World } from "../world.ts";
import type { Series } from "./series.ts";

const TEN = segment(10);
const with444 = but(TEN, 3, (h) => plus(h, { port: 444 }));
const changed = (to: Partial<HostSpec>) => but(TEN, 3, (h) => ({ ...h, ...to }));
const rollout = TEN.map((h) => plus(h, { port: 444 }));
const burst = but(TEN, 3, (h) => plus(h, ...open(...Array.from({ length: 30 }, (_, i) => 100 + i))));
const CONTEXT = `vantage: { name: vp-dmz-fra, closed: true, seen_as: [192.0.2.7] }
score: { alert_at: 60 }
labels: { site: fra }
namespace: acme
docs_base: https://docs.example/tripline
public_url: https://tripline.example
tags: [{ match: 10.0.0.4, tags: [crown-jewel, production] }]
`;
const mutesUntil = (until: string) =>
  `mutes: [{ match: { host: 10.0.0.4, port: 444/tcp }, reason: deploy, until: "${until}", by: soc }]\n`;

const ACCEPTED = [
  ["port-opened", with444],
  ["version-changed", changed({ ports: [sshPort("key of host 3"), httpPort("1.26.0")] })],
  ["hostkey-changed", changed({ ports: [sshPort("new key"), httpPort("1.24.0")] })],
  ["host-appeared", [...TEN, host("10.0.0.50", [sshPort("stranger")], { mac: mac(50) })]],
  ["identity-changed", changed({ mac: mac(80), ports: [sshPort("new key"), httpPort("1.24.0")] })],
  ["host-moved", changed({ address: "10.0.0.77" })],
  ["name-changed", changed({ names: ["other.corp.example"] })],
  ["mac-changed", changed({ mac: mac(80) })],
  ["rollout", rollout],
  ["ports-opened", burst],
] as const;

const story = (name: string, play: (world: World) => Promise<void>, config = ""): Series => ({
  name: `life: ${name}`,
  config,
  play,
});

/** What operators and time do with anomalies: accepts, mutes, relearning, and a configuration with everything in it. */
export const LIFE: readonly Series[] = [
  ...ACCEPTED.map(([kind, recording]) =>
    story(`${kind} is accepted, and its way back is news`, async (world) => {
      await world.scan(TEN, recording);
      await world.accept(kind);
      await world.scan(recording, TEN, TEN, TEN);
    }),
  ),
  story("muted until it ends", async (world) => {
    await world.scan(TEN, with444);
    await world.mute("port-opened", 1);
    await world.scan(with444, with444, with444, with444);
  }),
  story("muted and over meanwhile, then back", async (world) => {
    await world.scan(TEN, with444);
    await world.mute("port-opened", 48);
    await world.scan(TEN, TEN, with444);
  }),
  story("muted, and the mute is taken back", async (world) => {
    await world.scan(TEN, with444);
    await world.mute("port-opened", 48);
    await world.scan(with444);
    await world.unmute();
    await world.scan(with444, TEN, TEN);
  }),
  story("muted by the configuration before it happens", async (world) => {
    world.configure(mutesUntil("2025-12-01"));
    await world.scan(TEN, with444, rollout);
    world.configure("");
    await world.scan(rollout);
  }),
  story("muted by the configuration while it is open", async (world) => {
    await world.scan(TEN, with444);
    world.configure(mutesUntil("2025-12-01"));
    await world.scan(with444, with444, TEN, TEN);
  }),
  story("a mute of the configuration that ends", async (world) => {
    world.configure(mutesUntil("2025-11-21"));
    await world.scan(TEN, ...Array.from({ length: 32 }, () => with444));
  }),
  story("learned again while something is open", async (world) => {
    await world.scan(TEN, with444);
    await world.relearn();
    await world.scan(with444, with444, TEN, TEN);
  }),
  story("a declared finding is accepted and another one muted", async (world) => {
    world.file("a.csv", "host,port,proto\n10.0.0.1,22,tcp\n");
    world.configure("declared: [{ inventory: a.csv, complete_for: [10.0.0.0/28] }]\n");
    await world.scan(TEN.slice(0, 2), TEN.slice(0, 2));
    await world.accept("undeclared-port");
    await world.mute("undeclared-host", 48);
    await world.scan(TEN.slice(0, 2), TEN.slice(0, 2));
  }),
  story("with everything configured", (world) => world.scan(TEN, with444, rollout, burst, TEN, TEN), CONTEXT),
  story("over many days", (world) => world.scan(TEN, ...Array.from({ length: 100 }, () => with444), TEN, TEN)),
];
