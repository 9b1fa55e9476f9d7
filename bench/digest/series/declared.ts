import { host, open } from "../../../test/recorded/recording.ts";
import { but, httpPort, plus, segment, sshPort } from "../../../test/recorded/segment.ts";
import type { HostSpec } from "../../../test/support/nmap-xml.ts";
import type { World } from "../world.ts";
import type { Series } from "./series.ts";

const FIVE = segment(5);
const WHOLE = FIVE.flatMap(({ address }) => [`${address},22,tcp,ssh`, `${address},80,tcp,http`]);
const with81 = but(FIVE, 2, (h) => plus(h, httpPort("1.24.0", 81)));
const moved = but(
  FIVE,
  2,
  (h): HostSpec => ({ ...h, ports: [(h.ports ?? [])[0] ?? sshPort("x"), httpPort("1.24.0", 81)] }),
);
const without80 = but(FIVE, 2, (h): HostSpec => ({ ...h, ports: (h.ports ?? []).slice(0, 1) }));
const stranger = host("10.0.0.9", open(22, 3389));
const COMPLETE = "declared: [{ inventory: a.csv, complete_for: [10.0.0.0/28] }]\n";
const PLAIN = "declared: [{ inventory: a.csv }]\n";

const rows = (...lines: readonly string[]) => ["host,port,proto,service", ...lines, ""].join("\n");

/** A series beside one inventory, of these rows. */
function beside(name: string, inventory: readonly string[], play: (world: World) => Promise<void>): Series {
  return {
    name: `declared: ${name}`,
    config: PLAIN,
    play: async (world) => {
      world.file("a.csv", rows(...inventory));
      await play(world);
    },
  };
}

/** Declarations beside the baseline: first looks, findings and their ends. */
export const DECLARED: readonly Series[] = [
  beside("all as declared, and what opens as declared", [...WHOLE, "10.0.0.3,81,tcp,http"], (world) =>
    world.scan(FIVE, with81, with81),
  ),
  beside("a port that nobody declared, and its end", WHOLE, (world) => world.scan(FIVE, with81, with81, FIVE, FIVE)),
  beside("another service than declared", [...WHOLE, "10.0.0.3,81,tcp,ssh"], (world) =>
    world.scan(FIVE, with81, with81, FIVE, FIVE),
  ),
  beside("declared and never there", [...WHOLE, "10.0.0.3,81,tcp,http"], (world) => world.scan(FIVE, FIVE, FIVE)),
  beside("on another port than declared", WHOLE, (world) => world.scan(FIVE, moved, moved, FIVE)),
  beside("gone and back", WHOLE, (world) => world.scan(FIVE, without80, without80, FIVE)),
  beside("a row that is taken away, and one that is added", [...WHOLE, "10.0.0.3,81,tcp,http"], async (world) => {
    await world.scan(FIVE, with81);
    world.file("a.csv", rows(...WHOLE));
    await world.scan(with81);
    world.file("a.csv", rows(...WHOLE, "10.0.0.3,81,tcp,http"));
    await world.scan(with81, with81);
  }),
  beside("first look at a whole network, strangers and absences after it", WHOLE.slice(0, 3), async (world) => {
    world.configure(COMPLETE);
    await world.scan([...FIVE, stranger], [...FIVE, stranger], [...with81, stranger], FIVE, FIVE, FIVE);
    await world.scan([...FIVE, stranger, host("10.0.0.10", open(22))]);
  }),
  beside("first look with a crown jewel", WHOLE.slice(0, 3), async (world) => {
    world.configure(`${COMPLETE}tags: [{ match: 10.0.0.4, tags: [crown-jewel] }]\n`);
    await world.scan(FIVE, with81);
  }),
  beside("first look that is not complete", WHOLE.slice(0, 3), async (world) => {
    world.configure(COMPLETE);
    await world.scan({ hosts: FIVE.slice(0, 2), exit: "error", errorMessage: "no route" }, FIVE, with81);
  }),
  beside("a source that cannot be read, then can", WHOLE, async (world) => {
    world.configure("declared: [{ inventory: a.csv }, { inventory: b.csv, complete_for: [10.0.0.0/28] }]\n");
    await world.scan(FIVE, FIVE);
    world.file("b.csv", rows("10.0.0.1,22,tcp,ssh"));
    await world.scan(with81, with81);
    world.file("b.csv", null);
    await world.scan([...with81, stranger], [...with81, stranger]);
  }),
  beside("declarations that begin after the baseline, and end", WHOLE.slice(0, 4), async (world) => {
    world.configure("");
    await world.scan(FIVE, with81);
    world.configure(COMPLETE);
    await world.scan(with81, FIVE);
    world.configure("");
    await world.scan(FIVE, FIVE);
  }),
];
