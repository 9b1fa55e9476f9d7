import { opened } from "../labels/bad-ports.ts";
import { type LabelKind, OPENINGS } from "../labels/kinds.ts";
import { asPlanned } from "../labels/labels.ts";
import { place, type Stage } from "../labels/place.ts";
import type { Planned } from "../plan.ts";
import { tcp } from "../ports.ts";
import { random } from "../random.ts";

/** Days from one host to the next. */
const EVERY = 0.75;
const FIRST_DAY = 1;

/** The same new port on one more host every 18 hours. */
export function worm(stage: Stage): Planned {
  const { seed, time } = stage.ground;
  const number = 5_000 + random(seed, "worm").below(4_000);
  const kind: LabelKind = {
    kind: "worm",
    roles: ["server", "server", "workstation", "dev"],
    tells: OPENINGS,
    ends: 0,
    alter: ({ draft }) => (draft.ports.has(`tcp/${number}`) ? null : opened(tcp(number, null))),
  };
  const first = time.judgedFrom / time.perDay + FIRST_DAY;
  const count = Math.floor((time.days - 1 - first) / EVERY);
  const hosts = Array.from({ length: count }, (_, i) =>
    place(stage, kind, {
      id: `worm/${i + 1}`,
      incident: "worm",
      wanted: Math.ceil((first + i * EVERY) * time.perDay),
    }),
  );
  return asPlanned(hosts.filter((placed) => placed !== null));
}
