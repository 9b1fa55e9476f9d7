// `make install` and `make uninstall`: a packed copy of this checkout with its own Node.js below PREFIX, so that
// `tripline` is a command that needs neither the checkout nor the machine's Node.js.
import { rmSync } from "node:fs";
import { installCopy } from "./install/copy.ts";
import { type Place, placeFor, refusal } from "./install/place.ts";
import { installService, removeService } from "./install/service.ts";

const place = placeFor(process.env["PREFIX"] ?? "/usr/local", process.env["DESTDIR"] ?? "");
const uninstall = process.argv.includes("--remove");

try {
  const reason = refusal(place, uninstall);
  if (reason !== null) fail(reason);
  else if (uninstall) remove(place);
  else install(place);
} catch (error) {
  fail(explained(error));
}

function install(to: Place): void {
  installCopy(to);
  installService(to);
  console.log(
    `installed ${to.launcher}${onPath(to) ? "" : ` (${to.bin} is not on PATH: add it, or call it by its path)`}`,
  );
  console.log(`next: tripline doctor; as a service: ${to.home}/docs/operations/install.md`);
}

function remove(from: Place): void {
  rmSync(from.launcher, { force: true });
  rmSync(from.home, { recursive: true, force: true });
  removeService(from);
  console.log(`removed ${from.launcher} and ${from.home}; configuration and state are untouched`);
}

function onPath(to: Place): boolean {
  return (process.env["PATH"] ?? "").split(":").includes(to.bin);
}

function explained(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = error instanceof Error ? error.message : String(error);
  if (!["EACCES", "EPERM", "EROFS"].includes(code)) return `${text}\nNothing of an earlier installation was changed.`;
  return `${place.prefix} cannot be written (${code}).\nFix: sudo make install, or make install PREFIX="$HOME/.local".`;
}

function fail(text: string): void {
  console.error(`install: ${text.replaceAll("\n", "\ninstall: ")}`);
  process.exitCode = 73;
}
