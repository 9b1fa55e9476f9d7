import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { NODE_FLAGS } from "../../scripts/install/node-flags.ts";

const ROOT = join(import.meta.dirname, "../..");

it("the container starts the program with the flags of the installed command, however it is started", () => {
  const script = readFileSync(join(ROOT, "config/docker/tripline"), "utf8");
  const starts = [...script.matchAll(/node (.*)\/opt\/tripline\/bin\/tripline\.cjs/g)].map(([, flags]) => flags);
  expect(starts).toEqual([`${NODE_FLAGS} `, `${NODE_FLAGS} `]);
});

it("with these flags the space of young objects stays small, whatever is made", () => {
  const makes = `let kept = [];
    for (let i = 0; i < 3e6; i++) { kept.push({ i }); if (kept.length > 2e5) kept = []; }
    const space = require("node:v8").getHeapSpaceStatistics().find((one) => one.space_name === "new_space");
    console.log(space.space_size / 2 ** 20);`;
  const said = execFileSync(process.execPath, [...NODE_FLAGS.split(" "), "-e", makes], { encoding: "utf8" });
  expect(Number(said)).toBeLessThanOrEqual(16);
});
