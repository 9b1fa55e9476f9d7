import { accessSync, constants, statSync } from "node:fs";
import { userInfo } from "node:os";
import { findExecutable, type ProcessResult, runProcess } from "../../lib/child-process.ts";
import { ownerName, type Trust } from "../../lib/file-owners.ts";
import type { Privilege } from "./arguments.ts";
import { okCheck, type PreflightCheck, problem } from "./check.ts";
import { findNmapData, type NmapData } from "./data-files.ts";
import { temporarySources } from "./ipv6.ts";
import { checkScripts, readManifest } from "./manifest.ts";
import { openTool, type OpenTool } from "./open-tools.ts";
import { readPrivilege } from "./privilege.ts";
import { type Route, routeChecks, routesTo } from "./routes.ts";

export interface PreflightReport {
  readonly checks: readonly PreflightCheck[];
  readonly nmap: { readonly path: string; readonly version: string } | null;
  readonly data: NmapData | null;
  readonly privilege: Privilege;
  /** Way to each network that was asked for. */
  readonly routes: readonly Route[];
}

export interface PreflightOptions {
  readonly nmapPath: string;
  readonly nseDir: string;
  /** Who may own nmap besides root and us; default: anybody. */
  readonly owners?: Trust["owners"];
  /** Canonical addresses to be scanned; one of each neighbourhood is enough. */
  readonly addresses: readonly string[];
}

/** `--unique` and the file layout we rely on are proved with this version. */
const OLDEST = [7, 93] as const;

/** Looks at everything a scan needs, before the first scan and for `doctor`. Never throws. */
export async function preflight(options: PreflightOptions): Promise<PreflightReport> {
  const path = findExecutable(options.nmapPath);
  const { nseDir, owners = "any" } = options;
  // Asked first: not even its version may be asked of a program that others can write.
  const open = path === null ? null : openTool({ nmap: path, nseDir, owners });
  const usable = open === null ? path : null;
  const version = usable === null ? null : await nmapVersion(usable);
  const data = path === null ? null : findNmapData(path);
  const privilege = readPrivilege();
  const routes = await routesTo(options.addresses);
  const scripts = usable === null ? [] : await scriptChecks(usable, nseDir, data);
  return {
    checks: [
      open === null ? nmapCheck(options.nmapPath, version) : openCheck(open),
      dataCheck(data),
      rawCheck(privilege),
      ...scripts,
      ownerCheck(nseDir),
      homeCheck(),
      ...routeChecks(routes),
      ...(await temporarySources(routes)).map(temporaryCheck),
    ],
    nmap: path === null || version === null ? null : { path, version },
    data,
    privilege: privilege.raw ? "raw" : "connect",
    routes,
  };
}

async function nmapVersion(path: string): Promise<string | null> {
  const { stdout } = await short(path, ["--version"]);
  return /^Nmap version (\S{1,32})/m.exec(stdout)?.[1] ?? null;
}

function nmapCheck(asked: string, version: string | null): PreflightCheck {
  if (version === null) {
    const fix = "apt-get install nmap (or dnf, apk, brew), or set nmap.path";
    return problem("nmap", `no nmap at "${asked}"`, {
      state: "error",
      effect: "nothing can be scanned",
      fix,
      code: "TL101",
    });
  }
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const old = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (!old) return okCheck("nmap", version);
  const effect = "scans may fail: it lacks options that are used here";
  return problem("nmap", `${version} is older than ${OLDEST.join(".")}`, {
    state: "error",
    effect,
    fix: "install a newer nmap",
    code: "TL103",
  });
}

function openCheck({ what, fix, code }: OpenTool): PreflightCheck {
  const effect = "nmap is not started, not even for this check: other users could choose what runs with its rights";
  return problem("nmap", what, { state: "error", effect, fix, code });
}

/** The hashes are beside the scripts, so that they prove nothing against their owner. */
function ownerCheck(nseDir: string): PreflightCheck {
  const owner = statSync(nseDir, { throwIfNoEntry: false })?.uid ?? 0;
  if (owner === 0) return okCheck("script owner", "the scripts belong to root");
  return problem("script owner", `${nseDir} belongs to ${ownerName(owner)}`, {
    state: "warn",
    effect: "anyone who can write there can run Lua code inside nmap, with its capability",
    fix: "run an installation that belongs to root (the container does); in a checkout this is expected",
    code: "TL164",
  });
}

function dataCheck(data: NmapData | null): PreflightCheck {
  if (data !== null) return okCheck("nmap data", data.directory);
  const effect = "no port names, no top-1000, no version detection";
  return problem("nmap data", "nmap-services was not found", {
    state: "error",
    effect,
    fix: "install all of nmap (package nmap-common)",
    code: "TL104",
  });
}

function rawCheck({ raw, detail }: ReturnType<typeof readPrivilege>): PreflightCheck {
  if (raw) return okCheck("raw sockets", detail);
  return problem("raw sockets", detail, {
    state: "warn",
    effect: "TCP connect scans only: no ARP, so silent and rogue hosts may be missed; no MACs; no OS detection",
    fix: "systemd: AmbientCapabilities=CAP_NET_RAW     docker: --cap-add NET_RAW     or run as root",
    code: "TL102",
  });
}

/** One syntax error in any script ends every scan, so nmap itself loads them all once. */
async function scriptChecks(nmap: string, nseDir: string, data: NmapData | null): Promise<readonly PreflightCheck[]> {
  const manifest = readManifest(nseDir);
  if (!manifest.ok) return [scriptProblem(manifest.error, "TL106")];
  const ids = manifest.value.scripts.map((script) => script.id);
  const check = checkScripts(ids, { nseDir, nmapDataDir: data?.directory ?? null });
  const lint = await short(nmap, ["--datadir", nseDir, "--script-help", `${nseDir.replace(/\/$/, "")}/`]);
  const wrong = [
    ...(check.directoryProblem === null ? [] : [scriptProblem(check.directoryProblem, "TL106")]),
    ...check.rejected.map(({ id, reason }) => scriptProblem(`${id}: ${reason}`, "TL106")),
    ...(lint.exitCode === 0 ? [] : [scriptProblem(`nmap cannot load them: ${lint.stderr.slice(0, 300)}`, "TL105")]),
  ];
  return wrong.length > 0 ? wrong : [okCheck("scripts", `${ids.length} scripts load, hashes as in the manifest`)];
}

function scriptProblem(detail: string, code: string): PreflightCheck {
  const effect =
    "scripts do not run: banners, SSH and TLS identities are not observed; a damaged data directory stops all scans";
  return problem("scripts", detail, { state: "error", effect, fix: "restore nse-scripts from the release", code });
}

function temporaryCheck(address: string): PreflightCheck {
  return problem("ipv6", `scans leave from ${address}, a temporary address`, {
    state: "warn",
    effect: "the kernel replaces it every day: each time the vantage has moved, and absence is not judged for 3 scans",
    fix: "sysctl -w net.ipv6.conf.DEVICE.use_tempaddr=0 (and keep it in /etc/sysctl.d)",
    code: "TL129",
  });
}

/** nmap takes the home from the password database and loads Lua from `~/.nmap` there, whatever HOME says. */
function homeCheck(): PreflightCheck {
  const home = homeOfUser();
  if (home === null) return okCheck("home", "this user has none");
  if (!isWritable(home)) return okCheck("home", `${home} is not writable`);
  return problem("home", `${home} of the scanning user is writable`, {
    state: "warn",
    effect: "anyone who can write there can run Lua code inside nmap, with its capability",
    fix: "run as a service user without a writable home, as tripline.service and the container do",
    code: "TL107",
  });
}

/** Null for a uid that the password database does not know, as in a container: then nmap finds no home either. */
function homeOfUser(): string | null {
  try {
    return userInfo().homedir;
  } catch {
    return null;
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function short(file: string, args: readonly string[]): Promise<ProcessResult> {
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C", HOME: "/nonexistent" };
  return runProcess({ file, args, cwd: "/", env, deadlineMs: 20_000, outputCapBytes: 64 * 1024 });
}
