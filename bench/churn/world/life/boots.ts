import type { Cause } from "../../types.ts";
import { type Machine, portKey } from "../machine.ts";
import { type Ground, happening, type Planned, together } from "../plan.ts";
import { tcp } from "../ports.ts";
import { random } from "../random.ts";
import { rpcRange } from "../roles/workstation.ts";
import type { Session } from "../sessions.ts";

/** What is new about machines that come back: their address, their adapter, their dynamic RPC ports. */
export function boots(ground: Ground): Planned {
  return together(
    ground.machines
      .filter(({ leased }) => leased)
      .flatMap((machine) =>
        ground.sessions
          .of(machine.truth)
          .slice(1)
          .map((session) => together([returns(ground, machine, session), rpcPorts(ground, machine, session)])),
      ),
  );
}

function returns(ground: Ground, { truth }: Machine, { changed, from }: Session): Planned {
  const causes: readonly Cause[] = changed;
  return {
    ...together([]),
    happenings: causes.map((cause) => happening(ground, { cause, truth, ports: [], from, until: null })),
  };
}

const RANGE = new Set(rpcRange().map((number) => portKey({ transport: "tcp", number })));

function rpcPorts(ground: Ground, { truth, windows }: Machine, { from }: Session): Planned {
  const chance = random(ground.seed, "rpc", truth, from);
  if (!windows || !chance.chance(ground.rates.bootPorts)) return together([]);
  const service = ground.fleet.service("msrpc", truth);
  const ports = chance.sample(rpcRange(), 1 + chance.below(3)).map((number) => tcp(number, service));
  const keys = ports.map(portKey);
  return {
    ...together([]),
    changes: [
      {
        truth,
        from,
        edit: (draft) => {
          for (const key of RANGE) if (!draft.pinned.has(key)) draft.ports.delete(key);
          for (const port of ports) draft.ports.set(portKey(port), port);
        },
      },
    ],
    happenings: [happening(ground, { cause: "boot-ports", truth, ports: keys, from, until: null })],
  };
}
