import { random } from "./random.ts";

/** How often what happens in a network by itself. */
export interface Rates {
  /** Per return of a machine with a leased address. */
  readonly newAddress: number;
  /** Per return of a workstation: a dock, a wireless adapter. */
  readonly newMac: number;
  /** Share of the boots of a Windows workstation after which its dynamic RPC ports are others. */
  readonly bootPorts: number;
  /** Openings per Kubernetes node and day, and how many days one lives on average. */
  readonly nodePorts: number;
  readonly nodePortDays: number;
  /** Openings per development host and day, and how many days one lives on average. */
  readonly devPorts: number;
  readonly devPortDays: number;
  /** Per server and day. */
  readonly plannedPort: number;
  readonly removedPort: number;
  /** Of a package, per host and day. */
  readonly update: number;
  /** Legitimate new hosts per host and day. */
  readonly newHost: number;
  /** Visitors per host and day, where there are any. */
  readonly guests: number;
  /** Planned work that looks like an incident (another certificate authority, a reinstallation …), per host and day. */
  readonly work: number;
}

export const STATED: Rates = {
  newAddress: 0.04,
  newMac: 0.02,
  bootPorts: 0.3,
  nodePorts: 0.6,
  nodePortDays: 1.2,
  devPorts: 0.8,
  devPortDays: 0.4,
  plannedPort: 0.004,
  removedPort: 0.002,
  update: 0.003,
  newHost: 0.001,
  guests: 0,
  work: 0.001,
};

const LEAST = 0.3;
const MOST = 3;

/** Every rate times a factor of its own, so that nothing can be fitted to the stated ones. */
export function shifted(rates: Rates, seed: number): Rates {
  const chance = random(seed, "shifted");
  const factor = () => LEAST * (MOST / LEAST) ** chance.next();
  return {
    newAddress: rates.newAddress * factor(),
    newMac: rates.newMac * factor(),
    bootPorts: Math.min(1, rates.bootPorts * factor()),
    nodePorts: rates.nodePorts * factor(),
    nodePortDays: rates.nodePortDays * factor(),
    devPorts: rates.devPorts * factor(),
    devPortDays: rates.devPortDays * factor(),
    plannedPort: rates.plannedPort * factor(),
    removedPort: rates.removedPort * factor(),
    update: rates.update * factor(),
    newHost: rates.newHost * factor(),
    guests: rates.guests * factor(),
    work: rates.work * factor(),
  };
}

/** How often an observation is wrong although nothing changed. */
export interface Noise {
  /** Per open port, and per host that is up. */
  readonly portMiss: number;
  readonly hostMiss: number;
  /** A service that is identified worse than usual. */
  readonly serviceLoss: number;
  /** Another list of candidates, another best name, another family. */
  readonly osList: number;
  readonly osName: number;
  readonly osFamily: number;
}

export const QUIET: Noise = {
  portMiss: 0.002,
  hostMiss: 0.001,
  serviceLoss: 0.005,
  osList: 0.7,
  osName: 0.05,
  osFamily: 0.003,
};

const MOST_NOISE = 0.9;

/** Four to ten times the usual noise, each with a factor of its own. */
export function louder(noise: Noise, seed: number): Noise {
  const chance = random(seed, "louder");
  const times = (p: number) => Math.min(MOST_NOISE, p * chance.between(4, 10));
  return {
    portMiss: times(noise.portMiss),
    hostMiss: times(noise.hostMiss),
    serviceLoss: times(noise.serviceLoss),
    osList: times(noise.osList),
    osName: times(noise.osName),
    osFamily: times(noise.osFamily),
  };
}
