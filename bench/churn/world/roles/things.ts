import type { WorldPort } from "../../types.ts";
import { selfSigned, ssh, tcp } from "../ports.ts";
import { type SystemName, systemOf } from "../systems.ts";
import type { VendorName } from "../macs.ts";
import { type Blueprint, type Draw, numbered } from "./blueprint.ts";
import { plain } from "./server.ts";

/** When the factory made its certificates. */
const MADE = Date.UTC(2021, 5, 1);

interface Thing {
  readonly vendor: VendorName;
  readonly system: SystemName | null;
  readonly named: number;
  readonly ports: (draw: Draw) => readonly WorldPort[];
}

const THINGS: readonly Thing[] = [
  { vendor: "hikvision", system: "camera", named: 0.3, ports: camera },
  { vendor: "hikvision", system: "camera", named: 0.3, ports: camera },
  {
    vendor: "axis",
    system: "camera",
    named: 0.5,
    ports: (draw) => [plain(draw, 80, "boa"), plain(draw, 554, "camera")],
  },
  { vendor: "raspberry", system: "linux", named: 0.7, ports: broker },
  { vendor: "espressif", system: "lwip", named: 0.2, ports: (draw) => [plain(draw, 80, "goahead")] },
  { vendor: "espressif", system: null, named: 0, ports: () => [tcp(6668, null)] },
  { vendor: "tpLink", system: "embedded", named: 0.4, ports: gateway },
];

/** Cameras, brokers, sensors and what else is called a thing. */
export function iot(draw: Draw): Blueprint {
  const { chance } = draw;
  const thing = chance.pick(THINGS);
  return {
    name: chance.chance(thing.named) ? numbered("iot", draw.n) : null,
    vendor: thing.vendor,
    ports: thing.ports(draw),
    os: thing.system === null ? null : systemOf(thing.system),
    windows: false,
    leased: false,
  };
}

/** All cameras of a model have the key of the factory. */
function camera(draw: Draw): readonly WorldPort[] {
  const certificate = selfSigned("ipcamera", "factory hikvision", MADE);
  return [
    plain(draw, 80, "cameraHttp"),
    tcp(443, draw.fleet.secure("cameraHttp", draw.truth), { certificate }),
    plain(draw, 554, "camera"),
    tcp(8000, null),
  ];
}

function broker(draw: Draw): readonly WorldPort[] {
  const { fleet, truth } = draw;
  return [
    ssh(22, fleet.service("debianSsh", truth), truth),
    plain(draw, 1883, "mosquitto"),
    ...(draw.chance.chance(0.5) ? [plain(draw, 8080, "lighttpd")] : []),
  ];
}

function gateway(draw: Draw): readonly WorldPort[] {
  const { fleet, truth } = draw;
  return [
    ssh(22, fleet.service("dropbear", truth), truth),
    plain(draw, 80, "lighttpd"),
    ...(draw.chance.chance(0.3) ? [plain(draw, 23, "telnet")] : []),
    plain(draw, 49152, "upnp"),
  ];
}

export function printer(draw: Draw): Blueprint {
  const { fleet, truth, chance } = draw;
  const name = numbered("prn", draw.n);
  return {
    name: chance.chance(0.8) ? name : null,
    vendor: "hewlett",
    ports: [
      plain(draw, 80, "hpHttp"),
      tcp(443, fleet.secure("hpHttp", truth), { certificate: selfSigned(name, `printer ${truth}`, MADE) }),
      tcp(515, null),
      plain(draw, 631, "cups"),
      tcp(9100, null),
    ],
    os: systemOf("printer"),
    windows: false,
    leased: false,
  };
}
