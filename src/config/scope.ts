import { addressCount, isCovered } from "../domain/scope.ts";
import { MAX_ADDRESSES, networksOf, readMatch } from "../domain/target.ts";
import { type Cidr, cidrContains } from "../lib/ip.ts";
import type { Finding } from "./problems.ts";
import type { Config } from "./schema.ts";

/** What targets, exclude and fragile mean together. Names are resolved for each cycle: of them only the texts are compared. */
export function checkScope(config: Pick<Config, "targets" | "exclude" | "fragile">): readonly Finding[] {
  return [...tooMany(config), ...excluded(config), ...fragile(config)];
}

function tooMany({ targets }: Pick<Config, "targets">): readonly Finding[] {
  const count = addressCount(targets.flatMap(networksOf));
  if (count <= BigInt(MAX_ADDRESSES)) return [];
  const message = `${count} addresses, at most ${MAX_ADDRESSES} fit in one plan; give each network an agent of its own`;
  return [{ level: "error", path: ["targets"], message }];
}

function excluded({ targets, exclude }: Pick<Config, "targets" | "exclude">): readonly Finding[] {
  const networks = exclude.flatMap(networksOf);
  const names = new Set(exclude.flatMap(nameOf));
  const spared = targets.map((text) => {
    const [name] = nameOf(text);
    return name === undefined ? networksOf(text).every((network) => isCovered(network, networks)) : names.has(name);
  });
  if (spared.every(Boolean)) {
    const message =
      "exclude covers every target, so nothing would be scanned; exclude less, for example one address of them";
    return [{ level: "error", path: ["exclude"], message }];
  }
  return targets.flatMap((text, i): Finding[] =>
    spared[i] === true
      ? [{ level: "warning", path: ["targets", i], message: `"${text}" is excluded completely, so it has no effect` }]
      : [],
  );
}

function nameOf(text: string): readonly string[] {
  const read = readMatch(text);
  return read.ok && read.value.kind === "name" ? [read.value.name] : [];
}

/** Where only names are listed, nobody knows before they are resolved what is outside. */
function fragile(config: Pick<Config, "targets" | "fragile">): readonly Finding[] {
  const targets = config.targets.flatMap(networksOf);
  if (targets.length === 0) return [];
  const meets = (text: string) => networksOf(text).some((one) => targets.some((other) => overlap(one, other)));
  return config.fragile.flatMap((text, i): Finding[] =>
    meets(text)
      ? []
      : [{ level: "warning", path: ["fragile", i], message: `"${text}" is outside targets, so it has no effect` }],
  );
}

/** Two networks overlap when one holds the other. */
function overlap(a: Cidr, b: Cidr): boolean {
  return a.prefix <= b.prefix ? cidrContains(a, b.base) : cidrContains(b, a.base);
}
