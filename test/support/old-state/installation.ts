import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { nmapXml } from "../nmap-xml.ts";
import { DAY, FIRST_DAY, LAST_DAY, machines } from "./world.ts";

const here = import.meta.dirname;
/** Where the state, its configuration and the samples are. */
export const FIXTURE = join(here, "..", "..", "fixtures", "state-0.1.0");

/** A configured program on a machine whose clock is at `now` and whose network is the one of the story. */
export interface Installation {
  readonly directory: string;
  readonly config: string;
  /** Whose program runs. */
  readonly checkout: string;
  /** UTC ms. */
  now: number;
  /** What is to be started, with the clock and the day set. */
  command(args: readonly string[]): Command;
}

interface Command {
  readonly file: string;
  readonly argv: readonly string[];
  readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv };
}

/** Puts configuration, inventory, nmap and a recorded scan into a directory, without any state. */
export function install(directory: string, checkout: string): Installation {
  const config = join(directory, "tripline.yaml");
  const template = readFileSync(join(FIXTURE, "tripline.yaml"), "utf8");
  writeFileSync(config, template.replaceAll("DIRECTORY", directory));
  writeFileSync(join(directory, "inventory.csv"), readFileSync(join(FIXTURE, "inventory.csv")));
  const wrapper = `#!/bin/sh\nexec '${process.execPath}' '${join(here, "nmap.ts")}' '${directory}' "$@"\n`;
  writeFileSync(join(directory, "nmap"), wrapper, { mode: 0o755 });
  writeFileSync(join(directory, "scan.xml"), recorded());
  const installation: Installation = {
    directory,
    config,
    checkout,
    now: LAST_DAY,
    command: (args) => {
      writeFileSync(join(directory, "now"), String(installation.now));
      return {
        file: process.execPath,
        argv: [join(checkout, "bin", "tripline.cjs"), ...args],
        options: { cwd: directory, env: environment(installation.now) },
      };
    },
  };
  return installation;
}

/** The packed state in an installation of its own, half a day after it was left. */
export function unpacked(directory: string, checkout: string): Installation {
  const place = install(directory, checkout);
  const { status, stderr } = spawnSync("tar", ["-xzf", join(FIXTURE, "state.tar.gz"), "-C", directory]);
  if (status !== 0) throw new Error(String(stderr));
  place.now = LAST_DAY + DAY / 2;
  return place;
}

function environment(now: number): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env;
  return {
    PATH,
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    NODE_OPTIONS: `--import ${join(here, "clock.mjs")}`,
    TRIPLINE_FIXTURE_NOW: String(now),
  };
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export async function runIn(place: Installation, args: readonly string[]): Promise<Ran> {
  const { file, argv, options } = place.command(args);
  const child = spawn(file, argv, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit") as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, out, err };
}

/** A scan of the last day that nmap wrote for somebody else. */
function recorded(): string {
  const start = (LAST_DAY + DAY / 4) / 1000;
  const args = "nmap -sS -sV --script ssh-hostkey -oX scan.xml 127.20.0.0/28";
  const scaninfo = [{ type: "syn", protocol: "tcp", services: "1-1024,3389,4444,5000,8443,9100,9200" }];
  return nmapXml({
    hosts: machines((LAST_DAY - FIRST_DAY) / DAY),
    args,
    scaninfo,
    start,
    finished: start + 60,
    down: 6,
  });
}
