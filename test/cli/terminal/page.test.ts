import { describe, expect, it } from "vitest";
import { widthOf } from "../../../src/cli/terminal/page.ts";

describe("the width of a page", () => {
  it.each([
    ["what the terminal says", { isTTY: true, columns: 120 }, { COLUMNS: "80" }, 120],
    ["COLUMNS where the terminal says nothing", { isTTY: true }, { COLUMNS: "100" }, 100],
    ["COLUMNS where the terminal says zero, as some do", { isTTY: true, columns: 0 }, { COLUMNS: "100" }, 100],
    ["80 where nobody says anything", { isTTY: true }, {}, 80],
    ["80 where COLUMNS is no number", { isTTY: true }, { COLUMNS: "wide" }, 80],
    ["never less than 20", { isTTY: true, columns: 3 }, {}, 20],
    ["unlimited in a pipe, whatever COLUMNS says", { columns: 80 }, { COLUMNS: "80" }, Infinity],
  ])("is %s", (_, stream, environment, width) => {
    expect(widthOf(stream, environment)).toBe(width);
  });
});
