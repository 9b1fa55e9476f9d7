import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tempDir } from "../support/temp-dir.ts";

const TOOLS = ["sh", "cat", "dirname", "find", "grep", "head", "id", "ln", "mkdir", "paste", "tr", "uname", "env"];

describe("scripts/setup", () => {
  test("takes the machine's node when it is new enough", () => {
    const machine = freshMachine({ node: process.execPath });
    expect(setup(machine, "node").status).toBe(0);
    expect(readlinkSync(join(machine.root, ".toolchain/bin/node"))).toBe(join(machine.bin, "node"));
  });

  test("does not mistake its own earlier link for the machine's node", () => {
    const machine = freshMachine({ node: process.execPath });
    setup(machine, "node");
    expect(setup(machine, "node", `${machine.root}/.toolchain/bin:`).status).toBe(0);
    expect(readlinkSync(join(machine.root, ".toolchain/bin/node"))).toBe(join(machine.bin, "node"));
  });

  test("without node and npm says what to install, and exits 69", () => {
    const { status, stderr } = setup(freshMachine({}), "node");
    expect(status).toBe(69);
    expect(stderr).toContain("npm was not found");
    expect(stderr).toContain("Fix: ");
  });

  test("with an old node fetches the package of Node.js and links the binary inside it", () => {
    const old = script("exit 1");
    const npm = script(
      `mkdir -p node_modules/node-linux-any/bin && ln -s '${process.execPath}' real && cp -L real node_modules/node-linux-any/bin/node`,
    );
    const machine = freshMachine({ node: old, npm, cp: "/bin/cp" });
    expect(setup(machine, "node")).toMatchObject({ status: 0 });
    const linked = readlinkSync(join(machine.root, ".toolchain/bin/node"));
    expect(linked).toBe(join(machine.root, "tools/node/node_modules/node-linux-any/bin/node"));
  });

  test("when no package fits the machine says so, and exits 69", () => {
    const { status, stderr } = setup(freshMachine({ npm: script("exit 0") }), "node");
    expect(status).toBe(69);
    expect(stderr).toContain("no Node.js 24 package fits this machine");
  });

  test("leaves an nmap that is there alone", () => {
    const { status, stderr } = setup(freshMachine({ nmap: script("echo Nmap version 7.99") }), "nmap");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "setup: Nmap version 7.99\n" });
  });

  test("without nmap and apt-get says what to install, and exits 69", () => {
    const { status, stderr } = setup(freshMachine({}), "nmap");
    expect(status).toBe(69);
    expect(stderr).toContain("nmap is missing and this machine has no apt-get");
  });

  test("without root and sudo does not try to install nmap", () => {
    const { status, stderr } = setup(freshMachine({ "apt-get": script("exit 0"), id: script("echo 1000") }), "nmap");
    expect(status).toBe(69);
    expect(stderr).toContain("needs root or sudo");
  });

  test("refuses a part it does not know", () => {
    expect(setup(freshMachine({}), "everything")).toMatchObject({
      status: 69,
      stderr: "setup: unknown part 'everything'; known: node, packages, nmap, extras\n",
    });
  });
});

interface Machine {
  readonly root: string;
  /** The only folder on its PATH. */
  readonly bin: string;
}

/** A checkout on a machine that has a shell, a few tools, and what is named. */
function freshMachine(programs: Readonly<Record<string, string>>): Machine {
  const machine = { root: tempDir(), bin: tempDir() };
  mkdirSync(join(machine.root, "scripts"));
  mkdirSync(join(machine.root, "tools", "node"), { recursive: true });
  copyFileSync("scripts/setup", join(machine.root, "scripts", "setup"));
  for (const tool of TOOLS.filter((name) => !(name in programs))) symlinkSync(whereIs(tool), join(machine.bin, tool));
  for (const [name, program] of Object.entries(programs)) symlinkSync(program, join(machine.bin, name));
  return machine;
}

function setup(machine: Machine, part: string, pathPrefix = "") {
  return spawnSync(join(machine.root, "scripts", "setup"), [part], {
    encoding: "utf8",
    env: { PATH: `${pathPrefix}${machine.bin}` },
  });
}

function whereIs(tool: string): string {
  return spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim();
}

function script(body: string): string {
  const path = join(tempDir(), "program");
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}
