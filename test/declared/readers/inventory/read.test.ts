import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readerOutcome } from "../../../../src/declared/model/outcome-schema.ts";
import type { FoundDeclaration, ReaderOutcome } from "../../../../src/declared/model/reader.ts";
import { inventory } from "../../../../src/declared/readers/inventory/read.ts";

function read(text: string, file = "inv.csv"): Promise<ReaderOutcome> {
  return inventory.read({ file, text, options: {} }, new AbortController().signal);
}

/** `line:column what`, as an operator reads it. */
async function problems(text: string, file?: string): Promise<readonly string[]> {
  const outcome = await read(text, file);
  return outcome.state === "read" ? [] : outcome.problems.map((p) => `${p.line}:${p.column} ${p.message}`);
}

async function rows(text: string, file?: string): Promise<readonly FoundDeclaration[]> {
  const outcome = await read(text, file);
  return outcome.state === "read" ? outcome.declarations : expect.fail(JSON.stringify(outcome.problems));
}

async function endpoints(text: string, file?: string): Promise<readonly string[]> {
  return (await rows(text, file)).map((d) => `${d.place?.line}:${d.place?.column} ${d.owner.address}`);
}

const HEAD = "host,port,proto,service,scope,owner,expires,ticket\n";

describe("a row of an inventory", () => {
  it.each([
    ["10.0.0.5,443", "10.0.0.5:443/tcp"],
    ["10.0.0.5,8000-8010,udp", "10.0.0.5:8000-8010/udp"],
    ["10.0.0.5,*,any", "10.0.0.5:*/any"],
    ["10.0.0.9/24,22", "10.0.0.0/24:22/tcp"],
    ["10.0.0.4-6,22", "10.0.0.4 10.0.0.5 10.0.0.6:22/tcp"],
    ["2001:DB8::5,22", "[2001:db8::5]:22/tcp"],
    ["App7.Corp.Example.,22", "app7.corp.example:22/tcp"],
    ["1und1.example,22", "1und1.example:22/tcp"],
    ["printer,9100", "printer:9100/tcp"],
  ])("%s means %s", async (row, address) => {
    expect(await endpoints(`${HEAD}${row}\n`)).toEqual([`2:1 ${address}`]);
  });

  it.each([
    ["10.0.0.5,70000", '2:10 "70000" is not a port, range like 8000-8010, or *'],
    ["10.0.0.5,0", '2:10 "0" is not a port, range like 8000-8010, or *'],
    ["10.0.0.5,22-", '2:10 "22-" is not a port, range like 8000-8010, or *'],
    ["10.0.0.5,90-80", '2:10 "90-80" is not a port, range like 8000-8010, or *'],
    ["10.0.0.5,ssh", '2:10 "ssh" is not a port, range like 8000-8010, or *'],
    ["10.0.0.5,", "2:1 port is missing: a number, a range like 8000-8010, or *"],
    [",22", "2:1 host is missing: an address, CIDR, range like 10.0.0.4-9, or a name"],
    ["010.0.0.5,22", '2:1 "010.0.0.5" is not an address, CIDR, range or name'],
    ["10.0.5,22", '2:1 "10.0.5" is not an address, CIDR, range or name'],
    ["1O.0.0.5,22", '2:1 "1O.0.0.5" is not an address, CIDR, range or name'],
    ["10.0.0.5x,22", '2:1 "10.0.0.5x" is not an address, CIDR, range or name'],
    ["-x.example,22", '2:1 "-x.example" is not an address, CIDR, range or name'],
    ["10.0.0.9-4,22", "2:1 a range of last octets must go upwards and end at 255 at most"],
    ["10.0.0.250-300,22", "2:1 a range of last octets must go upwards and end at 255 at most"],
    ["10.0.0.5,22,icmp", '2:13 proto is tcp, udp, sctp or any, got "icmp"'],
    ["10.0.0.5,22,tcp,ssh,10.0.0/24", '2:21 scope: "10.0.0/24" is not an address or CIDR'],
    ["10.0.0.5,22,tcp,,,,01.02.2027", '2:20 expires: a date looks like 2027-03-01, got "01.02.2027"'],
    ["10.0.0.5,22,tcp,,,,2026-02-30", '2:20 expires: a date looks like 2027-03-01, got "2026-02-30"'],
    ["10.0.0.5,22,tcp,,,,,,x", "2:22 the row has 9 cells, the header 8"],
  ])("%s is refused with its place", async (row, problem) => {
    expect(await problems(`${HEAD}${row}\n`)).toEqual([problem]);
  });
});

describe("a CSV inventory", () => {
  it("keeps the line of every row behind quoted line breaks, CRLF and a byte order mark", async () => {
    const text = '\ufeffhost;port;owner\r\n10.0.0.1;22;"team\r\nA ""x""; y"\r\n\r\n# note\r\n10.0.0.2;80;z\r\n';
    expect(await endpoints(text)).toEqual(["2:1 10.0.0.1:22/tcp", "6:1 10.0.0.2:80/tcp"]);
    expect((await rows(text))[0]?.owner.name).toBe('team\r\nA "x"; y');
  });

  it.each([
    ["", "1:1 the file is empty; an inventory has a header and rows"],
    [HEAD, "1:1 the inventory has no rows: it declares nothing"],
    ["# only a note\n", "1:1 the file has only comments; an inventory has a header and rows"],
    ["10.0.0.1,22\n", '1:1 the header has no column "host"'],
    ["hosts,port\n10.0.0.1,22\n", '1:1 unknown column "hosts"; did you mean host?'],
    [
      "host,port,colour\n10.0.0.1,22,red\n",
      '1:11 unknown column "colour"; known: host, port, proto, service, scope, owner, expires, ticket',
    ],
    ["hostname,port\n10.0.0.1,22\n", '1:1 unknown column "hostname"; did you mean host?'],
    ["host,Port Number\n10.0.0.1,22\n", '1:6 unknown column "port number"; did you mean port?'],
    ["host,port,transport\n10.0.0.1,22,tcp\n", '1:11 unknown column "transport"; did you mean proto?'],
    ["host,port,Port\n10.0.0.1,22,23\n", '1:11 the column "port" appears twice'],
    ['host,port\n"10.0.0.2,22\n', "2:1 a quote is opened and never closed"],
  ])("%j is refused", async (text, problem) => {
    expect(await problems(text)).toContain(problem);
  });
});

describe("a YAML inventory", () => {
  it("understands anchors and merge keys, each row with its own line", async () => {
    const text = [
      "- &base { host: 10.0.0.1, port: 22, service: ssh }",
      "- <<: *base",
      "  port: 80",
      "- *base",
      "- { host: 10.0.0.2, port: 0x50, scope: [10.0.0.0/8, 10.9.0.1] }",
    ].join("\n");
    expect(await endpoints(text, "inv.yaml")).toEqual([
      "1:9 10.0.0.1:22/tcp",
      "2:3 10.0.0.1:80/tcp",
      "4:3 10.0.0.1:22/tcp",
      "5:3 10.0.0.2:80/tcp",
    ]);
  });

  it("takes an empty value for none", async () => {
    const text = '- { host: 10.0.0.1, port: 22, proto: "", service: null, owner: ~, scope: [] }';
    expect((await rows(text, "inv.yml"))[0]).toMatchObject({
      transport: "tcp",
      app: { protocol: null },
      owner: { name: null },
      scope: [],
    });
  });

  it("may use an anchor in thousands of rows", async () => {
    const text = `- &base { host: 10.0.0.1, port: 22 }\n${"- { <<: *base, service: ssh }\n".repeat(5000)}`;
    expect(await endpoints(text, "inv.yaml")).toHaveLength(5001);
  });

  it.each([
    ["- { host: 10.0.0.1, port: 22, serivce: ssh }", '1:31 unknown key "serivce"; did you mean service?'],
    ["- { host: 10.0.0.1, port: 22:22 }", '1:27 "22:22" is not a port, range like 8000-8010, or *'],
    ["- 10.0.0.1", "1:3 a row is a map with host, port, …"],
    ["- { host: 10.0.0.1, port: 22, protocol: tcp }", '1:31 unknown key "protocol"; did you mean proto?'],
    ["- { host: 10.0.0.1, port: 22, proto: tpc }", '1:38 proto is tcp, udp, sctp or any, got "tpc"; did you mean tcp?'],
    ["---\n# later\n", "1:1 the file has only comments; an inventory has a header and rows"],
    ["host: 10.0.0.1", "1:1 an inventory is a list of rows: - { host: …, port: … }"],
    ["[]", "1:1 the inventory has no rows: it declares nothing"],
  ])("%.40s is refused", async (text, problem) => {
    expect(await problems(text, "inv.yaml")).toContain(problem);
  });

  it("reports a column that is missing once, not for every row", async () => {
    expect(await problems("host,prt\n10.0.0.1,22\n10.0.0.2,22\n")).toEqual([
      '1:1 the header has no column "port"',
      '1:6 unknown column "prt"; did you mean port?',
    ]);
  });

  it("brackets alone are refused", async () => {
    const [problem] = await problems("[".repeat(100_000), "inv.yaml");
    expect(problem).toContain("it is nested too deeply to be read");
  });

  it("a bomb of aliases is refused without being unfolded", async () => {
    const levels = Array.from({ length: 12 }, (_, i) => `- &l${i + 1} [${`*l${i},`.repeat(10).slice(0, -1)}]`);
    const [problem] = await problems(["- &l0 [x]", ...levels].join("\n"), "inv.yaml");
    expect(problem).toBe("1:1 its aliases repeat so much that it cannot be read");
  });
});

describe("an inventory", () => {
  it("tells every wrong cell with its place", async () => {
    const places = (await problems("host,port,protoo\n10.0.0.300,99999,tcp\n")).map((text) => text.split(" ")[0]);
    expect(places).toEqual(["1:11", "2:1", "2:12"]);
  });

  it("says the same as CSV and as YAML", async () => {
    const yaml = await rows("- { host: 10.0.0.5, port: 443, service: https }\n", "inv.yaml");
    const csv = await rows("host,port,service\n10.0.0.5,443,https\n");
    expect(yaml.map((d) => d.id)).toEqual(csv.map((d) => d.id));
  });

  it.each([
    ["empty", ""],
    ["binary", "PK\0\0"],
    ["a Terraform state", '{ "terraform_version": "1.9" }'],
    ["a template", "host,port\n{{ host }},22\n"],
  ])("is refused when it is %s", async (_, text) => {
    expect(await problems(text)).toHaveLength(1);
  });

  it("is recognised by its name, or by the columns of its first line", () => {
    const known = (file: string, text = "") => inventory.recognises({ file, text });
    expect([known("a.csv"), known("b.YAML"), known("ports", "# mine\nPort;host\n1;2\n")]).toEqual([true, true, true]);
    expect([known("a.json", '{ "host": 1, "port": 2 }'), known("hosts", "10.0.0.1:22\n")]).toEqual([false, false]);
  });

  it.each([
    ["253 characters", `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`, true],
    ["254 characters", `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(62)}`, false],
    ["a label of 64", `${"a".repeat(64)}.example`, false],
    ["an empty label", "a..example", false],
    ["a label that ends in a hyphen", "a-.example", false],
    ["an underscore", "_ldap.example", true],
    ["a space", "a b.example", false],
    ["a number and a word", "10.0.0.x", true],
    ["a word and a number", "host.7", false],
    ["one word that begins with a digit", "7host", false],
  ])("a name may have %s, or may not", async (_, name, good) => {
    expect((await problems(`host,port\n${name},22\n`)).length === 0).toBe(good);
  });

  it("never throws, whatever is in the file", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.boolean(), async (text, yaml) => {
        const outcome = await read(text, yaml ? "a.yaml" : "a.csv");
        expect(readerOutcome.safeParse(outcome).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
