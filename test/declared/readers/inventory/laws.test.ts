import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../../../src/declared/readers/inventory/csv.ts";
import { inventory } from "../../../../src/declared/readers/inventory/read.ts";
import type { FoundDeclaration } from "../../../../src/declared/model/reader.ts";

const COLUMNS = ["host", "port", "proto", "service", "owner"] as const;

async function rows(text: string, file = "a.csv"): Promise<readonly FoundDeclaration[]> {
  const outcome = await inventory.read({ file, text, options: {} }, new AbortController().signal);
  return outcome.state === "read" ? outcome.declarations : expect.fail(JSON.stringify(outcome.problems));
}

async function one(text: string): Promise<FoundDeclaration> {
  const [row] = await rows(`host,port,proto,service,scope,owner,expires,ticket\n${text}\n`);
  return row ?? expect.fail("no row");
}

/** Cells as people write them: what would not survive trimming is not worth keeping. */
const cell = fc
  .array(fc.constantFrom("a", "Z", "7", " ", ",", ";", '"', "\n", "\r\n", "#", "ä", "😀"), { maxLength: 8 })
  .map((parts) => parts.join("").trim());
const table = fc.array(fc.tuple(cell, cell, cell, cell, cell), { minLength: 1, maxLength: 6 });

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const isBlank = (row: readonly string[]) => row.every((text) => text === "") || (row[0] ?? "").startsWith("#");

describe("cells of a CSV file", () => {
  it.each([",", ";"])("written with %j come back as they are, each row on its own line", (separator) => {
    fc.assert(
      fc.property(table, fc.constantFrom("\n", "\r\n"), (cells, end) => {
        const lines = [COLUMNS.join(separator), ...cells.map((row) => row.map(quoted).join(separator))];
        const read = readCsv(`${lines.join(end)}${end}`);
        expect(read.problems).toEqual([]);
        const kept = cells.filter((row) => !isBlank(row));
        expect(read.rows.map((row) => COLUMNS.map((name) => row.get(name)?.text ?? ""))).toEqual(kept);
        const starts = cells.map(
          (_, i) =>
            lines
              .slice(0, i + 1)
              .join(end)
              .split("\n").length + 1,
        );
        const expected = starts.filter((_, i) => !isBlank(cells[i] ?? []));
        expect(read.rows.map((row) => row.get("")?.line)).toEqual(expected);
      }),
    );
  });

  it.each<[string, string, readonly string[]]>([
    ["a row may be shorter than the header", "host,port,proto\n10.0.0.1,22\n", ["10.0.0.1 22 "]],
    ["an empty cell is no cell", "host,port,proto\n10.0.0.1,22,\n", ["10.0.0.1 22 "]],
    ["spaces around a cell are none of it", "host , port\n 10.0.0.1 ,\t22 \n", ["10.0.0.1 22 "]],
    ["without a line break at the end", "host,port\n10.0.0.1,22", ["10.0.0.1 22 "]],
    ["blank lines and notes before the header", "\n# mine\n\nhost,port\n10.0.0.1,22\n", ["10.0.0.1 22 "]],
    ["a comma in the header wins over a semicolon", 'host,port,"proto"\n10.0.0.1,22;23,tcp\n', ["10.0.0.1 22;23 tcp"]],
    ["a row of empty cells is no row", "host,port\n,\n10.0.0.1,22\n", ["10.0.0.1 22 "]],
    ["columns in any order and case", "PORT,Host\n22,10.0.0.1\n", ["10.0.0.1 22 "]],
    ["quotes inside a plain cell are its own", 'host,port\n10.0.0.1,2"2\n', ['10.0.0.1 2"2 ']],
  ])("%s", (_, text, expected) => {
    const { rows: read, problems } = readCsv(text);
    expect(problems).toEqual([]);
    expect(read.map((row) => ["host", "port", "proto"].map((name) => row.get(name)?.text ?? "").join(" "))).toEqual(
      expected,
    );
  });
});

describe("the identity of a declaration", () => {
  it.each([
    [
      "its line and notes do not matter",
      "10.0.0.5,22,tcp,ssh,,me,,T-1",
      "10.0.0.5,22,tcp,ssh,,you,2027-01-01,T-2",
      true,
    ],
    ["how the address is written does not matter", "2001:db8::5,22", "2001:0DB8:0:0::5,22", true],
    ["how the network is written does not matter", "10.0.0.0/24,22", "10.0.0.77/24,22", true],
    ["how the name is written does not matter", "DB.Example,22", "db.example.,22", true],
    ["TCP is what is meant when nothing is said", "10.0.0.5,22", "10.0.0.5,22,TCP", true],
    [
      "the order of the scope does not matter",
      "10.0.0.5,22,tcp,,10.0.0.0/8 192.0.2.0/24",
      "10.0.0.5,22,tcp,,192.0.2.0/24|10.0.0.0/8",
      true,
    ],
    ["a range of one port is that port", "10.0.0.5,22", "10.0.0.5,22-22", true],
    ["the service is no part of it", "10.0.0.5,22,tcp,ssh", "10.0.0.5,22,tcp,ftp", true],
    ["the host is", "10.0.0.5,22", "10.0.0.6,22", false],
    ["the transport is", "10.0.0.5,53,tcp", "10.0.0.5,53,udp", false],
    ["any transport is not each of them", "10.0.0.5,53,tcp", "10.0.0.5,53,any", false],
    ["the port is", "10.0.0.5,22", "10.0.0.5,23", false],
    ["the end of the range is", "10.0.0.5,22-23", "10.0.0.5,22-24", false],
    ["the scope is", "10.0.0.5,22,tcp,,10.0.0.0/8", "10.0.0.5,22", false],
  ])("%s", async (_, a, b, same) => {
    expect((await one(a)).id === (await one(b)).id).toBe(same);
  });

  it("is the same from CSV and YAML, wherever the row stands", async () => {
    const entry = fc.record({
      host: fc.constantFrom("10.0.0.1", "2001:db8::1", "10.0.0.0/24", "db.example", "10.0.0.1-3"),
      port: fc.constantFrom("22", "80-90", "*"),
      proto: fc.constantFrom("tcp", "udp", "any"),
      service: fc.constantFrom("ssh", "https"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 5 }), async (given) => {
        const csv = ["host,port,proto,service", ...given.map((row) => Object.values(row).join(","))].join("\n");
        const yaml = given.map((row) => `- ${JSON.stringify(row)}`).join("\n");
        const plain = (all: readonly FoundDeclaration[]) => all.map((row) => ({ ...row, place: null }));
        expect(plain(await rows(yaml, "a.yaml"))).toEqual(plain(await rows(csv)));
        const turned = [...csv.split("\n").slice(0, 1), ...csv.split("\n").slice(1).toReversed()].join("\n");
        expect((await rows(turned)).map(({ id }) => id).toSorted()).toEqual(
          (await rows(csv)).map(({ id }) => id).toSorted(),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe("what a row says", () => {
  it.each<[string, string, Partial<FoundDeclaration>]>([
    ["every port is a flag", "10.0.0.5,*", { portFrom: 1, portTo: 65_535, anyPort: true }],
    ["the whole range is none", "10.0.0.5,1-65535", { portFrom: 1, portTo: 65_535, anyPort: false }],
    ["the service in small letters", "10.0.0.5,443,tcp,HTTPS", { app: { protocol: "https", tls: true } }],
    ["a service that says nothing of TLS", "10.0.0.5,80,tcp,http", { app: { protocol: "http", tls: null } }],
    ["no service", "10.0.0.5,80", { app: { protocol: null, tls: null } }],
    [
      "a scope of addresses and networks, sorted",
      "10.0.0.5,80,tcp,,192.0.2.9 10.1.2.3/8",
      { scope: ["10.0.0.0/8", "192.0.2.9"] },
    ],
    ["the day on which it expires begins it", "10.0.0.5,80,tcp,,,,2027-03-01", { expires: Date.UTC(2027, 2, 1) }],
    [
      "a network of one address is that address",
      "10.0.0.5/32,80",
      { target: { addresses: ["10.0.0.5"], cidrs: [], hostnames: [] } },
    ],
    ["a range of one address", "10.0.0.5-5,80", { target: { addresses: ["10.0.0.5"], cidrs: [], hostnames: [] } }],
  ])("%s", async (_, text, expected) => {
    expect(await one(text)).toMatchObject(expected);
  });
});
