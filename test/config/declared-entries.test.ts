import { describe, expect, it } from "vitest";
import { configPage } from "../../scripts/assets/config-page.ts";
import { CONFIG_FORMAT } from "../../src/app/config-format.ts";
import { effectiveValues } from "../../src/config/effective.ts";
import { configFormat, type ConfigFormat } from "../../src/config/format.ts";
import { parseConfig } from "../../src/config/load.ts";
import { SINKS } from "../../src/deliver/sinks/registry.ts";
import { READERS } from "../../src/declared/readers/registry.ts";
import { hosts } from "../declared/support/hosts-reader.ts";

const TWO = configFormat({ outputs: SINKS, readers: [...READERS, hosts] });

function parsed(entry: string, format: ConfigFormat) {
  const text = `segment: a\ntargets: [10.0.0.0/24]\ndeclared:\n  - ${entry}\n`;
  return parseConfig(text, { path: "t.yaml", directory: "/", environment: {}, now: 1, format });
}

/** `line:column  path: message (hint)`, one line a problem. */
function problems(entry: string, format: ConfigFormat): readonly string[] {
  const result = parsed(entry, format);
  if (result.ok) throw new Error("the entry was accepted");
  return result.error.problems.map(
    (p) => `${p.line}:${p.column} ${p.path}: ${p.message}${p.hint === null ? "" : ` (${p.hint})`}`,
  );
}

describe("an entry of declared", () => {
  it("keeps its form beside another reader, key by key", () => {
    const entry = '{ inventory: "./*.csv", max_age: 24h, complete_for: [10.0.0.0/24] }';
    const [one, two] = [CONFIG_FORMAT, TWO].map((format) => {
      const result = parsed(entry, format);
      if (!result.ok) throw new Error(result.error.text);
      return { declared: result.value.config.declared, shown: effectiveValues(result.value) };
    });
    expect(one).toEqual(two);
    expect(one?.declared).toEqual([{ inventory: "./*.csv", complete_for: ["10.0.0.0/24"], max_age: 86_400_000 }]);
  });

  it("has the options of its reader, with their defaults", () => {
    const result = parsed("{ hosts: ./hosts.txt }\n  - { inventory: ./a.csv }", TWO);
    expect(result.ok && result.value.config.declared).toEqual([
      { hosts: "./hosts.txt", transport: "tcp", complete_for: [] },
      { inventory: "./a.csv", complete_for: [] },
    ]);
  });

  it.each<[string, readonly string[]]>([
    ["{ inventroy: a.csv }", ['4:7 declared.0.inventroy: unknown key (did you mean "inventory"?)']],
    ["{ inventory: a.csv, max_aeg: 1h }", ['4:25 declared.0.max_aeg: unknown key (did you mean "max_age"?)']],
    ["{ complete_for: [10.0.0.0/24] }", ["4:5 declared.0.inventory: is required and missing"]],
    [
      "{ inventroy: a.csv, complete_for: [10.0.0.0/99] }",
      [
        '4:7 declared.0.inventroy: unknown key (did you mean "inventory"?)',
        '4:40 declared.0.complete_for.0: prefix length must be 0-32, got "/99"',
      ],
    ],
    ["{ inventory: 5 }", ["4:18 declared.0.inventory: must be text (path), not a number (put it in quotes)"]],
    ['{ inventory: "" }', ["4:18 declared.0.inventory: must not be empty"]],
    [
      "./a.csv",
      ["4:5 declared.0: must be a group of keys, not text (write its keys below it: inventory, complete_for, max_age)"],
    ],
  ])("%s is refused in the same words whether there is one reader or more", (entry, expected) => {
    expect(problems(entry, CONFIG_FORMAT)).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    ["{ hotss: a.txt }", ['4:7 declared.0.hotss: unknown key (did you mean "hosts"?)']],
    ["{ inventroy: a.csv }", ['4:7 declared.0.inventroy: unknown key (did you mean "inventory"?)']],
    [
      "{ terraform: a.tfstate }",
      [
        "4:5 declared.0: names no source: it needs one of inventory, hosts",
        "4:7 declared.0.terraform: unknown key (known here: inventory, complete_for, max_age, hosts, transport)",
      ],
    ],
    ["{ hosts: a, transport: sctp }", ["4:28 declared.0.transport: must be tcp or udp"]],
    ["{ hosts: a, transprot: udp }", ['4:17 declared.0.transprot: unknown key (did you mean "transport"?)']],
    [
      "{ inventory: a, transport: udp }",
      ["4:21 declared.0.transport: unknown key (known here: inventory, complete_for, max_age)"],
    ],
    [
      "{ inventory: a, hosts: b }",
      ["4:5 declared.0: inventory and hosts cannot be in one entry: write an entry for each"],
    ],
    ["{ max_age: 1h }", ["4:5 declared.0: names no source: it needs one of inventory, hosts"]],
  ])("%s is explained by the reader that it names", (entry, expected) => {
    expect(problems(entry, TWO)).toEqual(expected);
  });

  it("is on the page of the configuration with the keys of every reader, without a change there", () => {
    const rows = configPage(TWO)
      .split("\n")
      .filter((line) => line.startsWith("| `declared[]"));
    expect(rows.map((row) => row.split(" | ").slice(0, 3).join(" | "))).toEqual([
      "| `declared[].inventory` | path | –",
      "| `declared[].complete_for` | list: address, CIDR or range | `[]`",
      "| `declared[].max_age` | duration 1s–3660d | –",
      "| `declared[].hosts` | path | –",
      "| `declared[].transport` | `tcp`, `udp` | `tcp`",
    ]);
  });
});
