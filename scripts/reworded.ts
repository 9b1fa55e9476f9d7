import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { byText, pairs, type Texts } from "./reworded/pairs.ts";
import { PAGE, pageOf } from "./reworded/page.ts";
import { textsIn, textsOfToday } from "./reworded/texts.ts";

/**
 * `npm run reworded -- COMMIT…`: writes the table of texts that were reworded between these commits and the files as they
 * are. For the release after 0.1.0: `1b8683e 007cf8a`, as texts also changed in between.
 */
const commits = process.argv.slice(2);
if (commits.length === 0)
  throw new Error("name the commits to compare with, such as a tag: npm run reworded -- v0.1.0");

const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });

function textsAt(commit: string): Texts {
  const files = git("ls-tree", "-r", "--name-only", commit, "src").split("\n");
  return textsIn(
    files.filter((file) => file.endsWith(".ts")),
    (file) => git("show", `${commit}:${file}`),
  );
}

const today = textsOfToday();
const rows = byText(commits.flatMap((commit) => pairs(textsAt(commit), today)));
writeFileSync(PAGE, pageOf(rows));
console.log(`${PAGE}: ${rows.length} texts`);
