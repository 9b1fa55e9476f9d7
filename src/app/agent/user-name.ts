import { readFileSync } from "node:fs";

/** The name of a user of this machine; one that the accounts do not have keeps its number. */
export function userName(uid: number): string {
  try {
    const rows = readFileSync("/etc/passwd", "utf8").split("\n");
    const name = rows.map((row) => row.split(":")).find((fields) => fields[2] === String(uid))?.[0];
    return name === undefined || name === "" ? `uid ${uid}` : name;
  } catch {
    return `uid ${uid}`;
  }
}
