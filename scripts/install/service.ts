import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Place } from "./place.ts";

const SOURCE = path.join(import.meta.dirname, "../../config/systemd");
const UNIT = "tripline.service";
const USERS = "tripline.conf";
/** The prefix that the unit in the repository is written for. */
const WRITTEN_FOR = "/usr/local";

/** The unit is only put in its place: whether it runs is a decision of the operator. */
export function installService(place: Place): void {
  mkdirSync(place.units, { recursive: true });
  const unit = readFileSync(path.join(SOURCE, UNIT), "utf8");
  writeFileSync(path.join(place.units, UNIT), unit.replaceAll(`${WRITTEN_FOR}/`, `${place.prefix}/`));
  mkdirSync(place.sysusers, { recursive: true });
  copyFileSync(path.join(SOURCE, "sysusers.conf"), path.join(place.sysusers, USERS));
}

export function removeService(place: Place): void {
  rmSync(path.join(place.units, UNIT), { force: true });
  rmSync(path.join(place.sysusers, USERS), { force: true });
}
