import { macOf, VENDOR_NAMES } from "../macs.ts";
import { shiftedTo, type SystemName, systemOf } from "../systems.ts";
import type { Alter } from "./alteration.ts";

const OTHER_SYSTEMS: readonly SystemName[] = ["linux", "linux6", "windowsServer", "freebsd", "embedded", "macos"];
/** The old family stays among the candidates. */
const OVERLAPPING = 0.25;

export const shiftSystem: Alter = ({ draft, chance }) => {
  const before = draft.os;
  if (before === null) return null;
  const family = before.matches[0]?.family ?? null;
  const others = OTHER_SYSTEMS.filter((name) => systemOf(name).matches[0]?.family !== family);
  const now = shiftedTo(chance.pick(others), before, chance.chance(OVERLAPPING));
  return {
    ports: [],
    right: { field: "os_family", from: family, to: now.matches[0]?.family ?? null },
    edit: (at) => void (at.os = now),
    undo: (at) => void (at.os = before),
  };
};

/** Another hardware address behind the same services. */
export const swapMac: Alter = ({ machine, draft, chance }) => {
  const mac = macOf(chance.pick(VENDOR_NAMES), chance);
  return {
    ports: [],
    right: { field: "mac", from: draft.mac?.mac ?? machine.mac, to: mac.mac },
    edit: (at) => void (at.mac = mac),
    undo: (at) => void (at.mac = draft.mac),
  };
};

/** Nothing answers any more. */
export const die: Alter = () => ({
  ports: [],
  right: { field: "presence", from: "up", to: "gone" },
  edit: (at) => void (at.silent = true),
  undo: (at) => void (at.silent = false),
});
