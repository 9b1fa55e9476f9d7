import { describe, expect, it } from "vitest";
import { z } from "zod";
import { betterReader, chooseReader } from "../../../src/declared/readers/choose-reader.ts";
import { READERS } from "../../../src/declared/readers/registry.ts";
import { settingOfFile, settingsOf } from "../../../src/declared/readers/source-settings.ts";
import { hosts } from "../support/hosts-reader.ts";

const readers = [...READERS, hosts];
const [inventory] = READERS;
const CSV = "host,port\n10.0.0.1,22\n";
const LIST = "10.0.0.1:22\n";

function chosen(file: string, text: string): string {
  const choice = chooseReader(settingOfFile(file, "/"), { file, text }, readers);
  return choice.reader === null ? "nobody" : `${choice.reader.tool} ${JSON.stringify(choice.options)}`;
}

describe("who reads a file that comes without a key", () => {
  it.each([
    ["a.csv", CSV, 'inventory {"inventory":"a.csv"}'],
    ["a.txt", CSV, 'inventory {"inventory":"a.txt"}'],
    ["a.list", LIST, 'hosts {"hosts":"a.list","transport":"tcp"}'],
    ["a.csv", LIST, 'inventory {"inventory":"a.csv"}'],
    ["a.bin", "PK\0\0", "nobody"],
    ["a.tfstate", '{ "terraform_version": "1.9" }', "nobody"],
    ["a.txt", "", "nobody"],
  ])("%s %j", (file, text, expected) => {
    expect(chosen(file, text)).toBe(expected);
  });

  it("a reader whose options need more than a path cannot be chosen without its entry", () => {
    const needy = { ...hosts, entry: { ...hosts.entry, site: z.string() } };
    const choice = chooseReader(settingOfFile("a.list", "/"), { file: "a.list", text: LIST }, [needy]);
    expect(choice).toMatchObject({ reader: null, why: expect.stringContaining('"- hosts:" under declared') });
  });

  it("what nobody knows is told by what it looks like, and never quoted", () => {
    const why = (text: string) => {
      const choice = chooseReader(settingOfFile("x", "/"), { file: "x", text }, readers);
      return choice.reader === null ? choice.why : expect.fail("somebody reads it");
    };
    expect(why('{ "format_version": "1.0", "secret": "hunter2" }')).toContain("Terraform");
    expect(why("{% for x in hunter2 %}")).toContain("template");
    expect(why("password: hunter2")).toContain(hosts.reads);
    expect(why("password: hunter2")).not.toContain("hunter2");
  });
});

describe("who should have been asked instead", () => {
  it.each([
    ["the file is its own", inventory, "a.csv", LIST, undefined],
    ["another reader knows it", inventory, "a.list", LIST, "hosts"],
    ["nobody knows it", inventory, "a.list", "gibberish", undefined],
    ["the other way round", hosts, "a.csv", CSV, "inventory"],
  ])("%s", (_, refused, file, text, expected) => {
    expect(refused === undefined ? null : betterReader(refused, { file, text }, readers)?.tool).toBe(expected);
  });
});

describe("the entries of a configuration", () => {
  it("each goes to the reader of its key, with its own options and what all have in common", () => {
    const entries = [
      { hosts: "./a.list", transport: "udp", complete_for: ["10.0.0.0/24"], max_age: 5000 },
      { inventory: "./*.csv", complete_for: [] },
    ];
    const settings = settingsOf(entries, { readers, directory: "/etc/tripline" });
    expect(settings.map(({ reader, ...rest }) => ({ tool: reader?.tool, ...rest }))).toEqual([
      {
        tool: "hosts",
        options: { hosts: "./a.list", transport: "udp" },
        pattern: "./a.list",
        completeFor: ["10.0.0.0/24"],
        maxAgeMs: 5000,
        directory: "/etc/tripline",
      },
      {
        tool: "inventory",
        options: { inventory: "./*.csv" },
        pattern: "./*.csv",
        completeFor: [],
        maxAgeMs: null,
        directory: "/etc/tripline",
      },
    ]);
  });
});
