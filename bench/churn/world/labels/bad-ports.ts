import type { WorldPort, WorldService } from "../../types.ts";
import { PLANNED_NUMBERS } from "../life/planned.ts";
import { portKey } from "../machine.ts";
import { tcp } from "../ports.ts";
import type { LineName } from "../software.ts";
import type { Alter, Alteration, Scene } from "./alteration.ts";

/** Of the bad ports, this share looks harmless in one way or another. */
const DISGUISED = 0.4;

/** A backdoor, a tunnel, a miner: mostly a strange number where nothing can be identified. */
export const openHighPort: Alter = (scene) => {
  const { chance } = scene;
  if (chance.chance(DISGUISED)) return opened(disguised(scene));
  return opened(tcp(fresh(scene, oddNumber), chance.chance(BACKDOOR) ? BIND_SHELL : null));
};

const BACKDOOR = 0.15;
/** nmap's own verdict. */
const BIND_SHELL: WorldService = {
  name: "bindshell",
  product: "Bash shell",
  version: null,
  extraInfo: "**BACKDOOR**; root shell",
  tunnel: null,
};

const HARMLESS: readonly LineName[] = ["nginx", "go", "apache", "express", "gunicorn", "debianSsh"];
const HARMLESS_ON_WINDOWS: readonly LineName[] = ["msrpc", "httpapi", "go", "tomcat"];

/** In a range where ports come and go, on a number that planned services take, or with a product that is usual here. */
function disguised(scene: Scene): WorldPort {
  const { chance, fleet, machine } = scene;
  const plausible = fleet.service(chance.pick(machine.windows ? HARMLESS_ON_WINDOWS : HARMLESS), machine.truth);
  const kind = chance.next();
  if (kind < 0.35) return tcp(fresh(scene, oddNumber), plausible);
  const service = chance.chance(0.3) ? plausible : null;
  if (kind < 0.65)
    return tcp(
      fresh(scene, ({ pick }) => pick(PLANNED_NUMBERS)),
      service,
    );
  return tcp(fresh(scene, busyNumber), service);
}

type Numbers = (chance: Scene["chance"]) => number;

const oddNumber: Numbers = (chance) =>
  chance.pick([
    1025 + chance.below(8_975),
    1025 + chance.below(8_975),
    40_000 + chance.below(2_000),
    40_000 + chance.below(2_000),
    30_000 + chance.below(2_768),
    49_700 + chance.below(1_500),
  ]);

/** NodePorts and dynamic ports. */
const busyNumber: Numbers = (chance) =>
  chance.chance(0.5) ? 30_000 + chance.below(2_768) : 49_664 + chance.below(300);

/** One that is not open yet, and that is asked. */
function fresh({ draft, chance, asks }: Scene, numbers: Numbers): number {
  for (;;) {
    const number = numbers(chance);
    if (asks(number) && !draft.ports.has(portKey({ transport: "tcp", number }))) return number;
  }
}

interface AdminPort {
  readonly number: number;
  readonly service: WorldService | LineName | null;
}

const ADMIN_PORTS: readonly AdminPort[] = [
  { number: 23, service: "telnet" },
  { number: 3389, service: "rdp" },
  { number: 5900, service: { name: "vnc", product: "VNC", version: null, extraInfo: "protocol 3.8", tunnel: null } },
  { number: 5985, service: "httpapi" },
  { number: 2375, service: { name: "docker", product: "Docker", version: "20.10.24", extraInfo: null, tunnel: null } },
  { number: 21, service: "vsftpd" },
  { number: 2222, service: "dropbear" },
  { number: 6379, service: "redis" },
  {
    number: 10_000,
    service: { name: "http", product: "MiniServ", version: "1.890", extraInfo: "Webmin httpd", tunnel: null },
  },
];

/** A way to administer the machine that was not there. */
export const openAdminPort: Alter = (scene) => {
  const { draft, asks } = scene;
  const free = ADMIN_PORTS.filter(({ number }) => asks(number) && !draft.ports.has(`tcp/${number}`));
  const { number, service } = scene.chance.pick(free);
  return opened(tcp(number, typeof service === "string" ? scene.fleet.service(service, scene.machine.truth) : service));
};

export function opened(port: WorldPort): Alteration {
  const key = portKey(port);
  return {
    ports: [key],
    right: { field: "state", from: "closed", to: "open" },
    edit: ({ ports, pinned }) => {
      ports.set(key, port);
      pinned.add(key);
    },
    undo: ({ ports, pinned }) => {
      ports.delete(key);
      pinned.delete(key);
    },
  };
}

/** Does it look harmless: a usual product, a busy range, or a number that planned services take? */
export function looksHarmless({ number, service }: WorldPort): boolean {
  const usual = service !== null && service !== BIND_SHELL && service.product !== null;
  const busy = (number >= 30_000 && number <= 32_767) || number >= 49_152;
  return usual || busy || PLANNED_NUMBERS.includes(number);
}
