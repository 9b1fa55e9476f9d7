import { describe, expect, it } from "vitest";
import { knownGoodReader, type KnownGoodRefusal } from "../../../src/baseline/known-good/read.ts";

const SEGMENT = '{"tripline":"baseline","version":1,"segment":"lab","scans":20,"days":3}';
const LOOKED = '{"looked":"k1","tcp":"1-1024"}';
const HOST = '{"host":"10.0.0.7","scans":20,"days":3,"looked":"k1","values":{"name":"a.example"}}';
const PORT = '{"port":"22/tcp","host":"10.0.0.7","scans":20,"values":{"service":"ssh"}}';
const END = '{"end":"baseline"}';

function readLines(lines: readonly string[]) {
  const reader = knownGoodReader();
  for (const [i, line] of lines.entries()) if (!reader.take(line, i + 1)) break;
  return reader.end();
}

function problemsOf(...lines: readonly string[]): readonly string[] {
  const read = readLines(lines);
  if (read.ok) throw new Error("it was taken");
  const why: KnownGoodRefusal = read.error;
  return why.kind === "lines" ? why.problems.map(({ line, what }) => `${line}: ${what}`) : [why.kind];
}

describe("a file", () => {
  it.each([
    { what: "that is empty", lines: [], says: "foreign" },
    { what: "of something else", lines: ["segment: office"], says: "foreign" },
    { what: "of another JSON", lines: ['{"version":1}'], says: "foreign" },
    { what: "of a newer program", lines: [SEGMENT.replace("1", "2"), "anything"], says: "newer" },
    { what: "that was cut at a line", lines: [SEGMENT, LOOKED, HOST], says: "3: the file ends before its last line" },
    { what: "that was cut in a line", lines: [SEGMENT, LOOKED, HOST.slice(0, 30)], says: "3: it is not a JSON object" },
    { what: "with more after its end", lines: [SEGMENT, END, LOOKED], says: "3: there is something after the end" },
    {
      what: "with the same host twice",
      lines: [SEGMENT, LOOKED, HOST, HOST, END],
      says: "4: the host 10.0.0.7 was already in line 3",
    },
    {
      what: "with the same host in two spellings",
      lines: [
        SEGMENT,
        HOST.replace("10.0.0.7", "2001:db8::7").replace(',"looked":"k1"', ""),
        HOST.replace("10.0.0.7", "2001:DB8:0:0::7").replace(',"looked":"k1"', ""),
        END,
      ],
      says: "3: the host 2001:db8::7 was already in line 2",
    },
    {
      what: "with the same port twice",
      lines: [SEGMENT, LOOKED, HOST, PORT, PORT, END],
      says: "5: 22/tcp on 10.0.0.7 was already in line 4",
    },
    {
      what: "with a port of no host",
      lines: [SEGMENT, PORT, END],
      says: "2: no line above is about the host 10.0.0.7",
    },
    { what: "with unknown port sets", lines: [SEGMENT, HOST, END], says: '2: no line above lists the ports "k1"' },
    {
      what: "with a slip in a key",
      lines: [SEGMENT, HOST.replace("scans", "scanz"), END],
      says: "2: scanz: unknown key",
    },
    {
      what: "with a slip in a field",
      lines: [SEGMENT, LOOKED, HOST, PORT.replace("service", "servise"), END],
      says: '4: values: there is no field "servise"',
    },
    { what: "with no address", lines: [SEGMENT, HOST.replace("10.0.0.7", "web1"), END], says: "2: host" },
    { what: "with no port", lines: [SEGMENT, LOOKED, HOST, PORT.replace("22/tcp", "022/tcp"), END], says: "4: port" },
    {
      what: "with a port beyond 65535",
      lines: [SEGMENT, LOOKED, HOST, PORT.replace("22/tcp", "70000/tcp"), END],
      says: "4: port",
    },
    {
      what: "with an odd MAC address",
      lines: [SEGMENT, LOOKED, HOST.replace('"name":"a.example"', '"mac":"00:50:56:00:00:07"'), END],
      says: "3: values.mac",
    },
    {
      what: "with a certificate that is none",
      lines: [SEGMENT, LOOKED, HOST, PORT.replace('"service":"ssh"', '"certificate":"[oops"'), END],
      says: "4: values.certificate",
    },
    {
      what: "with several values of what has one",
      lines: [SEGMENT, LOOKED, HOST.replace('"name":"a.example"', '"stack":["a","b"]'), END],
      says: "3: values.stack: only one value can be normal",
    },
    {
      what: "with nine values",
      lines: [SEGMENT, LOOKED, HOST, PORT.replace('"ssh"', JSON.stringify(Array.from({ length: 9 }, String))), END],
      says: "4: values.service",
    },
    {
      what: "with an unknown proof of identity",
      lines: [SEGMENT, LOOKED, HOST.replace('"scans"', '"identity":["dna:x"],"scans"'), END],
      says: '3: identity: "dna:x" is not one of',
    },
  ])("$what is refused: $says", ({ lines, says }) => {
    expect(problemsOf(...lines).join("\n")).toContain(says);
  });

  it("with many bad lines names the first ten of them and counts the others", () => {
    const read = readLines([SEGMENT, ...Array.from({ length: 14 }, () => "oops"), END]);
    expect(read).toMatchObject({ ok: false, error: { kind: "lines", more: 4 } });
  });

  it("may have empty lines, a byte order mark and lines that end as on Windows", () => {
    const lines = [`\uFEFF${SEGMENT}\r`, "", `${LOOKED}\r`, `${HOST}\r`, `${PORT}\r`, `${END}\r`, ""];
    expect(readLines(lines)).toMatchObject({ ok: true, value: { segment: "lab", hosts: [{ address: "10.0.0.7" }] } });
  });

  it("passes the sanitiser, and its counts end where an export's end", () => {
    const host = HOST.replace("a.example", "\\u001b[31ma\\u202e.example").replace(
      '"scans":20,"days":3',
      '"scans":9999,"days":9999',
    );
    const read = readLines([SEGMENT.replace('"scans":20', '"scans":4000'), LOOKED, host, END]);
    if (!read.ok) throw new Error("it was refused");
    const [only] = read.value.hosts;
    expect(only).toMatchObject({ scans: 100, days: 30 });
    expect(only?.fields.get("name")).toEqual(["a.example"]);
    expect(read.value.learned?.scans).toBe(100);
  });
});
