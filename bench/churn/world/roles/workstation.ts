import type { WorldPort } from "../../types.ts";
import { ssh, tcp } from "../ports.ts";
import { systemOf } from "../systems.ts";
import { type Blueprint, type Draw, numbered } from "./blueprint.ts";
import { plain, unique } from "./server.ts";

const WINDOWS_SHARE = 0.8;
const MAC_SHARE = 0.6;
const NAMED = 0.93;

export function workstation(draw: Draw): Blueprint {
  const { chance } = draw;
  if (chance.chance(WINDOWS_SHARE)) return windows(draw);
  return chance.chance(MAC_SHARE) ? macos(draw) : linux(draw);
}

function windows(draw: Draw): Blueprint {
  const { chance } = draw;
  return {
    name: nameOf(draw, "ws"),
    vendor: chance.pick(["lenovo", "dell", "intel", "intel", "hewlett"]),
    ports: unique([
      plain(draw, 135, "msrpc"),
      plain(draw, 139, "netbios"),
      tcp(445, null),
      ...(chance.chance(0.3) ? [plain(draw, 3389, "rdp")] : []),
      ...(chance.chance(0.4) ? [plain(draw, 5357, "httpapi")] : []),
      ...(chance.chance(0.5) ? [tcp(5040, null)] : []),
      ...(chance.chance(0.4) ? [tcp(7680, null)] : []),
      ...dynamicRpc(draw),
    ]),
    os: systemOf("windows"),
    windows: true,
    leased: true,
  };
}

/** The first ones are handed out in the order of the services' start and seldom differ. */
const FIRST_RPC = 49664;
const STEADY_RPC = 4;
const LAST_RPC = 49690;

function dynamicRpc(draw: Draw): readonly WorldPort[] {
  const steady = Array.from({ length: STEADY_RPC }, (_, i) => FIRST_RPC + i);
  const rest = draw.chance.sample(rpcRange(), 1 + draw.chance.below(3));
  return [...steady, ...rest].map((number) => plain(draw, number, "msrpc"));
}

/** Where the ports are that another boot may change. */
export function rpcRange(): readonly number[] {
  return Array.from({ length: LAST_RPC - FIRST_RPC - STEADY_RPC }, (_, i) => FIRST_RPC + STEADY_RPC + i);
}

function macos(draw: Draw): Blueprint {
  return {
    name: nameOf(draw, "mac"),
    vendor: "apple",
    ports: [plain(draw, 5000, "airtunes"), plain(draw, 7000, "airtunes")],
    os: systemOf("macos"),
    windows: false,
    leased: true,
  };
}

function linux(draw: Draw): Blueprint {
  const { fleet, truth } = draw;
  return {
    name: nameOf(draw, "lx"),
    vendor: draw.chance.pick(["lenovo", "dell", "intel"]),
    ports: [ssh(22, fleet.service("ubuntuSsh", truth), truth)],
    os: systemOf("linux6"),
    windows: false,
    leased: true,
  };
}

function nameOf({ chance, n }: Draw, prefix: string): string | null {
  return chance.chance(NAMED) ? numbered(prefix, n) : null;
}
