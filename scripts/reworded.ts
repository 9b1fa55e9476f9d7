import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { pairs } from "./reworded/pairs.ts";
import { PAGE, pageOf } from "./reworded/page.ts";
import { textsIn, textsOfToday } from "./reworded/texts.ts";

/** `npm run reworded -- COMMIT`: writes the table of texts that were reworded between a commit and the files as they are. */
const [commit] = process.argv.slice(2);
if (commit === undefined) throw new Error("name the commit to compare with, such as a tag: npm run reworded -- v0.1.0");

const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
const files = git("ls-tree", "-r", "--name-only", commit, "src")
  .split("\n")
  .filter((file) => file.endsWith(".ts"));
const before = textsIn(files, (file) => git("show", `${commit}:${file}`));
const rows = pairs(before, textsOfToday());
writeFileSync(PAGE, pageOf(rows));
console.log(`${PAGE}: ${rows.length} texts`);
