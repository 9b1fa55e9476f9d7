import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { tempDir } from "../support/temp-dir.ts";

const SAYS_ARGUMENTS = 'console.log("started with", process.argv.slice(2).join(" "));';

describe("bin/tripline.cjs", () => {
  test("runs the sources of a checkout without a build", () => {
    const root = checkout({ "src/main.ts": `const kind: string = "source"; console.log(kind); ${SAYS_ARGUMENTS}` });
    expect(launch(root, ["scan", "--json"])).toMatchObject({ status: 0, stdout: "source\nstarted with scan --json\n" });
  });

  test("prefers the compiled program, as in the published package", () => {
    const root = checkout({ "src/main.ts": 'console.log("source");', "dist/main.js": 'console.log("compiled");' });
    expect(launch(root).stdout).toBe("compiled\n");
  });

  test("passes on the exit code that main sets", () => {
    expect(launch(checkout({ "src/main.ts": "process.exitCode = 78;" })).status).toBe(78);
  });

  test("keeps the timer warning of the Kafka client off the screen, and no other", () => {
    const root = checkout({
      "src/main.ts": 'process.emitWarning("t", "TimeoutNegativeWarning"); process.emitWarning("seen", "OtherWarning");',
    });
    const { stderr } = launch(root);
    expect(stderr).toContain("OtherWarning: seen");
    expect(stderr).not.toContain("TimeoutNegativeWarning");
  });

  test.each(["20.20.2", "24.14.1", "22.22.0"])(
    "on Node.js %s names the version and the fix, and exits 69",
    (version) => {
      const { status, stderr, stdout } = launch(checkout({ "src/main.ts": SAYS_ARGUMENTS }), [], version);
      expect(status).toBe(69);
      expect(stdout).toBe("");
      expect(stderr).toContain(`tripline needs Node.js 24.15 or newer; this is v${version} (${process.execPath}).`);
      expect(stderr).toContain("Fix: ");
    },
  );

  test.each(["24.15.0", "26.0.0"])("starts on Node.js %s", (version) => {
    expect(launch(checkout({ "src/main.ts": SAYS_ARGUMENTS }), ["x"], version).stdout).toBe("started with x\n");
  });

  test("on an old Node.js takes the one that the checkout brought, with its exit code", () => {
    const root = checkout({ "src/main.ts": "", ".toolchain/bin/node": '#!/bin/sh\necho "new node: $2 $3"; exit 10\n' });
    expect(launch(root, ["hosts", "-q"], "20.20.2")).toMatchObject({ status: 10, stdout: "new node: hosts -q\n" });
  });

  test("on an old Node.js hands a signal on to the one that does the work", async () => {
    const waits = "#!/bin/sh\ntrap 'echo ended by TERM; exit 143' TERM\necho ready\nwhile :; do sleep 0.05; done\n";
    const root = checkout({ "src/main.ts": "", ".toolchain/bin/node": waits });
    const child = spawn(process.execPath, launcherArguments(root, [], "20.20.2"), {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    onTestFinished(() => endGroup(child.pid));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (output === "") child.kill("SIGTERM");
      output += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, output }).toEqual({ code: 143, output: "ready\nended by TERM\n" });
  });
});

/** A launcher that fails to hand on the signal must not leave its child behind. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Already gone, as it should be.
  }
}

/** A folder that looks like a checkout: the real launcher and made-up programs. */
function checkout(files: Readonly<Record<string, string>>): string {
  const root = tempDir();
  for (const [path, text] of Object.entries({ "package.json": '{ "type": "module" }', ...files })) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
    if (text.startsWith("#!")) chmodSync(join(root, path), 0o755);
  }
  mkdirSync(join(root, "bin"));
  copyFileSync("bin/tripline.cjs", join(root, "bin", "tripline.cjs"));
  return root;
}

function launch(root: string, args: readonly string[] = [], pretend?: string) {
  return spawnSync(process.execPath, launcherArguments(root, args, pretend), { encoding: "utf8" });
}

/** With `pretend`, the process believes to be that version of Node.js. */
function launcherArguments(root: string, args: readonly string[], pretend?: string): string[] {
  const launcher = [join(root, "bin", "tripline.cjs"), ...args];
  if (pretend === undefined) return launcher;
  const preload = join(root, "pretend.cjs");
  const versions = `Object.defineProperty(process, "versions", { value: { node: "${pretend}" } });`;
  writeFileSync(preload, `${versions} Object.defineProperty(process, "version", { value: "v${pretend}" });`);
  return ["--require", preload, ...launcher];
}
