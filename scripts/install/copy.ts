import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { z } from "zod";
import { NODE_FLAGS } from "./node-flags.ts";
import type { Place } from "./place.ts";

const ROOT = path.join(import.meta.dirname, "../..");

const packed = z.array(z.object({ files: z.array(z.object({ path: z.string() })) }));
const lock = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });

// Finds its home from where it lies, so that a staged or moved tree works as it is.
const LAUNCHER = `#!/bin/sh
# The tripline command: the copy in ../lib/tripline, run by the Node.js that was installed with it.
self=$(readlink -f "$0")
home=\${self%/bin/*}/lib/tripline
exec "$home/bin/node" ${NODE_FLAGS} "$home/bin/tripline.cjs" "$@"
`;

/** Made beside the previous installation, tried, and only then put in its place. */
export function installCopy(place: Place): void {
  const fresh = `${place.home}.new`;
  const former = `${place.home}.old`;
  for (const leftover of [fresh, former]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(place.bin, { recursive: true });
  mkdirSync(fresh, { recursive: true });
  try {
    fillCopy(fresh);
    if (existsSync(place.home)) renameSync(place.home, former);
    renameSync(fresh, place.home);
    writeFileSync(`${place.launcher}.new`, LAUNCHER, { mode: 0o755 });
    chmodSync(`${place.launcher}.new`, 0o755);
    renameSync(`${place.launcher}.new`, place.launcher);
  } finally {
    for (const leftover of [fresh, former]) rmSync(leftover, { recursive: true, force: true });
  }
}

function fillCopy(home: string): void {
  // tsc writes to the copy: a half-built dist/ in the checkout would be taken by every program that starts meanwhile.
  run("tsc", ["-p", "tsconfig.build.json", "--outDir", path.join(home, "dist")]);
  for (const file of shippedFiles()) copyInto(home, file);
  for (const folder of dependencies()) copyInto(home, folder);
  cpSync(process.execPath, path.join(home, "bin", "node"));
  readableByAll(home);
  run(path.join(home, "bin", "node"), [path.join(home, "bin", "tripline.cjs"), "--version"]);
}

/** What the npm package holds, as npm decides from package.json; dist/ is built and not copied. */
function shippedFiles(): readonly string[] {
  const listing = run("npm", ["pack", "--dry-run", "--json", "--offline", "--ignore-scripts", "--loglevel=error"]);
  const files = packed.parse(JSON.parse(listing)).flatMap((one) => one.files.map((file) => file.path));
  return files.filter((file) => !file.startsWith("dist/"));
}

/** Of the lock file, exactly as installed in the checkout: no registry is asked, no version is chosen again. */
function dependencies(): readonly string[] {
  const { packages } = lock.parse(JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")));
  const wanted = Object.entries(packages).filter(([, { dev }]) => dev !== true);
  const folders = wanted.map(([folder]) => folder).filter((folder) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(folder));
  return folders.filter((folder) => existsSync(path.join(ROOT, folder)));
}

function copyInto(home: string, file: string): void {
  cpSync(path.join(ROOT, file), path.join(home, file), { recursive: true, dereference: true });
}

/** Whatever umask and modes the checkout has: everybody may read, only the owner may write. */
function readableByAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const at = path.join(entry.parentPath, entry.name);
    chmodSync(at, (statSync(at).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function run(program: string, args: readonly string[]): string {
  const places = [path.join(ROOT, "node_modules", ".bin"), path.dirname(process.execPath), process.env["PATH"] ?? ""];
  const env = { ...process.env, PATH: places.join(":") };
  return execFileSync(program, args, { cwd: ROOT, encoding: "utf8", env, stdio: ["ignore", "pipe", "inherit"] });
}
