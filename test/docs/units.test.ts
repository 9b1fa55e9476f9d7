import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { packedFiles } from "../support/packed-files.ts";

it("the unit that TL107 names is in the package (it named one that did not exist)", () => {
  const page = readFileSync("docs/reference/codes.md", "utf8");
  const [section = ""] = /^## TL107 [^]*?(?=^## )/m.exec(page) ?? [];
  const units = [...section.matchAll(/`([\w@-]+\.service)`/g)].map(([, unit]) => unit);
  expect(units.length).toBeGreaterThan(0);
  expect([...packedFiles()].map((file) => basename(file))).toEqual(expect.arrayContaining(units));
});
