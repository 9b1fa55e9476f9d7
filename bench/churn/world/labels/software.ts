import type { WorldPort, WorldService } from "../../types.ts";
import { portKey } from "../machine.ts";
import { type LineName, versionBeside } from "../software.ts";
import type { Alter, Alteration, Scene } from "./alteration.ts";

/** What can stand in for what: the protocol stays, so that clients may not even notice. */
const RIVALS: Readonly<Record<string, readonly LineName[]>> = {
  http: ["nginx", "apache", "lighttpd", "caddy", "go", "jetty", "simpleHttp", "werkzeug", "goahead"],
  ssh: ["debianSsh", "ubuntuSsh", "dropbear"],
  mysql: ["mysql", "mariadb"],
};

/** Another product on a port where the protocol stays. */
export const swapProduct: Alter = (scene) => {
  const port = pickPort(scene, ({ service }) => Object.hasOwn(RIVALS, service?.name ?? ""));
  const service = port?.service ?? null;
  if (port === null || service === null) return null;
  const rivals = (RIVALS[service.name] ?? [])
    .map((line) => (service.tunnel === "ssl" ? scene.fleet.secure : scene.fleet.service)(line, scene.machine.truth))
    .filter(({ product }) => product !== service.product);
  const other = scene.chance.pick(rivals);
  return served(port, other, { field: "product", from: service.product, to: other.product });
};

/** An older version of the same product. */
export const downgrade: Alter = (scene) => {
  const port = pickPort(scene, ({ service }) => service !== null && versionBeside(service, -1) !== null);
  const service = port?.service ?? null;
  if (port === null || service === null) return null;
  const steps = scene.chance.chance(0.5) ? -1 : -2;
  const older = versionBeside(service, steps) ?? versionBeside(service, -1);
  return older === null ? null : served(port, older, { field: "version", from: service.version, to: older.version });
};

function served(port: WorldPort, service: WorldService, right: Alteration["right"]): Alteration {
  const key = portKey(port);
  return {
    ports: [key],
    right,
    edit: ({ ports, pinned }) => {
      ports.set(key, { ...(ports.get(key) ?? port), service });
      pinned.add(key);
    },
    undo: ({ ports, pinned }) => {
      ports.set(key, port);
      pinned.delete(key);
    },
  };
}

/** A service that is no longer there, one of several of its machine. */
export const endService: Alter = (scene) => {
  if (scene.draft.ports.size < 2) return null;
  const port = pickPort(scene, ({ number }) => number < 30_000);
  if (port === null) return null;
  const key = portKey(port);
  return {
    ports: [key],
    right: { field: "state", from: "open", to: "closed" },
    edit: ({ ports, pinned }) => {
      ports.delete(key);
      pinned.add(key);
    },
    undo: ({ ports }) => void ports.set(key, port),
  };
};

/** A port that was there from the beginning: what is new itself cannot deviate from what it was. */
export function pickPort(
  { draft, machine, chance, asks }: Scene,
  fits: (port: WorldPort) => boolean,
): WorldPort | null {
  const first = new Set(machine.ports.map(portKey));
  const found = [...draft.ports.values()].filter((port) => first.has(portKey(port)) && asks(port.number) && fits(port));
  return found.length === 0 ? null : chance.pick(found);
}
