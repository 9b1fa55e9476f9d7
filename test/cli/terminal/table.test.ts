import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth } from "../../../src/cli/terminal/display-width.ts";
import { layOut } from "../../../src/cli/terminal/layout.ts";
import type { Column, TableBlock } from "../../../src/report/text/document.ts";
import { extra, key, lines, spare, text, verbatim } from "../../../src/report/text/document.ts";

const IPV6 = "[2001:db8:85a3:8d3:1319:8a2e:370:7348]:8443/tcp";
const WHY = `${"never open in 412 covered scans; a data store; ".repeat(6)}not declared anywhere`;
const COLUMNS = [key("SEV"), extra("SCORE"), key("ID"), key("WHAT"), key("WHERE"), extra("LAST SEEN"), text("WHY")];
const ROWS = [
  ["critical", "81", "qcg4ifhr", "undeclared-port", "10.20.0.12:3306/tcp", "2026-11-20T09:31", "data store (mysql)"],
  ["high", "64", "ju732ydp", "port-opened", IPV6, "2026-11-20T09:31", "端口从未打开过，服务无法识别"],
  ["low", "9", "lxjt6sgc", "certificate-changed", "10.20.0.9:443/tcp", "2026-11-20T09:01", WHY],
];

function table(rows: readonly (readonly string[])[], columns: readonly Column[] = COLUMNS, most?: number): TableBlock {
  return { kind: "table", columns, rows, indent: 2, ...(most === undefined ? {} : { most }) };
}

function at(width: number, block: TableBlock): string {
  return layOut([block], { width, paint: (_, plain) => plain });
}

function widest(page: string): number {
  return Math.max(...page.split("\n").map(displayWidth));
}

const compact = (page: string) => page.replaceAll(/\s/g, "");

describe("a table on 80 columns", () => {
  it("keeps what identifies a row whole and puts the sentence below it", () => {
    expect(at(80, table(ROWS.slice(0, 1)))).toBe(
      [
        "  SEV       SCORE  ID        WHAT             WHERE",
        "      WHY",
        "  critical  81     qcg4ifhr  undeclared-port  10.20.0.12:3306/tcp",
        "      data store (mysql)",
        "  not shown for lack of space: last seen (in a wider terminal, a pipe or --json)",
      ].join("\n"),
    );
  });

  it("moves a long IPv6 endpoint below its row too, rather than cutting it", () => {
    const page = at(80, table(ROWS));
    expect(widest(page)).toBeLessThanOrEqual(80);
    expect(page).toContain(`      ${IPV6}\n`);
    expect(page).toContain("      端口从未打开过，服务无法识别");
    expect(page).toMatch(/not shown for lack of space: score, last seen/);
  });

  it("loses no word of a why of 300 characters", () => {
    const page = at(80, table(ROWS));
    expect(WHY.length).toBeGreaterThan(290);
    expect(compact(page)).toContain(compact(WHY));
  });
});

describe("a table on 120 columns", () => {
  it("shows every column and wraps the sentence in its own", () => {
    const rows = [
      ["high", "64", "ju732ydp", "port-opened", "10.20.0.9:4444/tcp", "2026-11-20T09:31", WHY.slice(0, 90)],
    ];
    expect(at(120, table(rows))).toBe(
      [
        "  SEV   SCORE  ID        WHAT         WHERE               LAST SEEN         WHY",
        "  high  64     ju732ydp  port-opened  10.20.0.9:4444/tcp  2026-11-20T09:31  never open in 412 covered scans; a data",
        "                                                                            store; never open in 412 covered scans; a",
        "                                                                            data sto",
      ].join("\n"),
    );
  });
});

describe("a table in a pipe", () => {
  it("has one line a row and cuts nothing", () => {
    const page = at(Infinity, table(ROWS)).split("\n");
    expect(page).toHaveLength(1 + ROWS.length);
    for (const [n, row] of ROWS.entries()) for (const cell of row) expect(page[n + 1]).toContain(cell);
  });

  it("has every row, where a terminal shows the first and counts the rest", () => {
    const rows = Array.from({ length: 30 }, (_, n) => [`10.0.0.${n}`]);
    expect(at(80, table(rows, [key("HOST")], 20))).toContain("  and 10 more (all of them in a pipe or --json)");
    expect(at(Infinity, table(rows, [key("HOST")], 20)).split("\n")).toHaveLength(31);
  });
});

describe("a table that is odd", () => {
  it("without rows has its heads alone", () => {
    expect(at(80, table([], [key("SEV"), text("WHY")]))).toBe("  SEV  WHY");
  });

  it("with a first column wider than the terminal breaks it at its seams and loses nothing", () => {
    const name = `${"a-very-long-host-name.".repeat(6)}example`;
    const page = at(80, table([[name, "up"]], [key("HOST"), key("STATE")]));
    expect(widest(page)).toBeLessThanOrEqual(80);
    expect(compact(page)).toContain(name);
    expect(page).toMatch(/[-.]\n/);
  });

  it("counts wide characters as two columns, marks and joiners as none", () => {
    expect(["名前", "ｶﾅ", "é", "👩‍💻", "한글", "a\u200db"].map(displayWidth)).toEqual([4, 2, 1, 2, 4, 2]);
    const page = at(
      80,
      table(
        [
          ["名前", "x"],
          ["abcd", "y"],
        ],
        [key(""), key("")],
      ),
    );
    expect(page).toBe("  名前  x\n  abcd  y");
  });

  it("leaves out a spare column before anything goes below its row", () => {
    const columns = [key("ADDRESS"), text("NAME", 16), spare("MAC"), text("OPEN", 20)];
    const row = ["fd00:20::4ec3:aaff:fe00:1234", "v6only.dmz.example", "00-1B-21-D6-C3-8E", "22/tcp 4444/tcp 9200/tcp"];
    const page = at(80, table([row], columns));
    expect(page).not.toContain("00-1B");
    expect(page).toContain("not shown for lack of space: mac");
    expect(page.split("\n")[1]).toMatch(/fd00:20::4ec3:aaff:fe00:1234 {2}v6only.dmz.example {2}22\/tcp/);
  });

  it("shows what could steer a terminal, and never obeys it", () => {
    expect(at(80, table([["\u001b[2Jx\u202ey\r\nz"]], [key("")]))).toBe("  \ufffd[2Jx\ufffdy z");
  });
});

const cell = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ maxLength: 60, unit: "grapheme" }),
  fc.constantFrom(IPV6, WHY, "名前を持つホスト.example", "", "x".repeat(200)),
);
const column = fc.record({
  head: fc.constantFrom("", "HEAD", "A LONG HEAD"),
  role: fc.constantFrom("key", "text", "extra", "spare"),
});

describe("any table", () => {
  const tables = fc.array(column, { minLength: 1, maxLength: 6 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns as readonly Column[]),
      rows: fc.array(fc.tuple(...columns.map(() => cell)), { maxLength: 5 }),
    }),
  );

  it("is never wider than the terminal", () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 20, max: 160 }), ({ columns, rows }, width) => {
        expect(widest(at(width, table(rows, columns)))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("loses no character of what may not be left out, on any width", () => {
    fc.assert(
      fc.property(tables, fc.oneof(fc.constant(Infinity), fc.integer({ min: 20, max: 160 })), (made, width) => {
        const columns = made.columns.map(
          (one) => ({ ...one, head: "", role: one.role === "text" ? "text" : "key" }) as const,
        );
        const given = made.rows
          .flat()
          .join("")
          .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "");
        const shown = at(width, table(made.rows, columns));
        const letters = (all: string) =>
          Array.from(all.replaceAll(/\s|\ufffd/g, ""))
            .toSorted()
            .join("");
        expect(letters(shown)).toBe(letters(given));
      }),
    );
  });
});

describe("lines", () => {
  it("continue further in than they began, and commands to be copied are not broken", () => {
    const command = `jq -r '${"x".repeat(100)}' events.ndjson`;
    const page = layOut([lines(`  note: ${"word ".repeat(20)}`), verbatim(command)], { width: 40, paint: (_, t) => t });
    expect(page.split("\n").slice(0, 2)).toEqual([
      "  note: word word word word word word",
      "    word word word word word word word",
    ]);
    expect(page).toContain(command);
  });
});
