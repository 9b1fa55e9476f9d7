import { CORPORATE, certificateOf, ssh, tcp } from "../ports.ts";
import { systemOf } from "../systems.ts";
import { type Blueprint, type Draw, numbered } from "./blueprint.ts";
import { plain } from "./server.ts";

const CONTROL_EVERY = 5;

/** Every fifth node is of the control plane. NodePorts come and go later. */
export function kubernetesNode(draw: Draw): Blueprint {
  const { fleet, truth, n } = draw;
  const name = numbered("node", n);
  const certificate = certificateOf(name, CORPORATE, fleet.seed);
  const secure = fleet.secure("go", truth);
  const control = [tcp(6443, secure, { certificate }), tcp(2379, null), tcp(2380, null)];
  return {
    name,
    vendor: "vmware",
    ports: [
      ssh(22, fleet.service("ubuntuSsh", truth), truth),
      tcp(179, null),
      ...(n % CONTROL_EVERY === 0 ? control : []),
      plain(draw, 9100, "go"),
      tcp(10250, secure, { certificate }),
      plain(draw, 10256, "go"),
    ],
    os: systemOf("linux6"),
    windows: false,
    leased: false,
  };
}

/** A machine of developers; what they try out comes and goes later. */
export function dev(draw: Draw): Blueprint {
  const { fleet, truth, chance } = draw;
  return {
    name: chance.chance(0.85) ? numbered("dev", draw.n) : null,
    vendor: chance.pick(["vmware", "dell", "intel"]),
    ports: [
      ssh(22, fleet.service("ubuntuSsh", truth), truth),
      ...(chance.chance(0.4) ? [plain(draw, 80, "nginx")] : []),
      ...(chance.chance(0.3) ? [plain(draw, 5432, "postgres")] : []),
    ],
    os: systemOf(chance.pick(["linux", "linux6"])),
    windows: false,
    leased: false,
  };
}

/** Phones answer, but hardly listen. */
export function phone(draw: Draw): Blueprint {
  const apple = draw.chance.chance(0.5);
  return {
    name: null,
    vendor: "randomised",
    ports: apple ? [tcp(62078, null)] : [],
    os: apple ? systemOf("ios") : null,
    windows: false,
    leased: true,
  };
}
