import { describe, expect, it } from "vitest";
import { isStronger, sameApplication } from "../../../src/declared/compare/same-application.ts";
import { missingFinding, undeclaredPort } from "../../../src/declared/compare/findings.ts";
import type { MoveEvidence } from "../../../src/domain/declaration.ts";
import type { PortField } from "../../../src/domain/fields/port.ts";
import { portKey, type Transport } from "../../../src/domain/network.ts";
import { host, type PortLike } from "../../baseline/world.ts";
import { row } from "../support/declarations.ts";

type Values = Partial<Record<PortField, string>>;

/** 10.0.0.5 declares TCP 443, which is closed, and answers on another port instead. */
function evidence(before: Values, now: Omit<PortLike, "number">, declares?: string): MoveEvidence | null {
  const seen = host({ address: "10.0.0.5", ports: [{ number: 8443, ...now }] });
  const declaration = row({ host: "10.0.0.5", port: 443, ...(declares === undefined ? {} : { service: declares }) });
  const gonePort = { transport: "tcp" as Transport, number: 443 };
  const look = { state: "not-open", evidence: "reset" } as const;
  const [gone] = missingFinding(seen, { declaration, port: gonePort, look });
  const [port] = seen.ports;
  if (gone === undefined || port === undefined) throw new Error("nothing to compare");
  const remembered = new Map(Object.entries(before)) as ReadonlyMap<PortField, string>;
  return sameApplication(gone, undeclaredPort(seen, { port, claims: [] }), {
    host: seen,
    remembered: (_, at) => (portKey(at) === "tcp/443" ? remembered : new Map()),
  });
}

const NGINX = { service: "http", product: "nginx" } as const;

describe("whether the application on another port is the declared one", () => {
  it.each<[string, Values, Omit<PortLike, "number">, string | undefined, MoveEvidence | null]>([
    ["the same TLS key", { tls: "rsa:aa" }, { tls: "rsa:aa" }, undefined, "key"],
    ["the same SSH key", { ssh: "ssh-rsa:aa" }, { ssh: "ssh-rsa:aa" }, undefined, "key"],
    ["one key of several is the same", { ssh: "ssh-rsa:aa" }, { ssh: "ssh-rsa:aa ssh-dss:bb" }, undefined, "key"],
    ["another key outweighs the same product", { tls: "rsa:aa", ...NGINX }, { tls: "rsa:bb", ...NGINX }, "http", null],
    [
      "one same key outweighs another one",
      { tls: "rsa:aa", ssh: "ssh-rsa:aa" },
      { tls: "rsa:bb", ssh: "ssh-rsa:aa" },
      undefined,
      "key",
    ],
    ["a key that only one side has says nothing", { tls: "rsa:aa", ...NGINX }, NGINX, undefined, "product"],
    [
      "the same product under another service",
      { service: "http", product: "nginx" },
      { service: "imap", product: "nginx" },
      undefined,
      null,
    ],
    ["the same product, and of the service nothing is known", { product: "nginx" }, NGINX, undefined, "product"],
    ["the same service by another product", NGINX, { service: "http", product: "Apache" }, "http", null],
    ["the declared service, and no product is known", { service: "http" }, NGINX, "http", "service"],
    ["the declared service under its other name", {}, { service: "http" }, "www", "service"],
    ["another service than declared", {}, { service: "ftp" }, "http", null],
    ["no service is declared", {}, NGINX, undefined, null],
    ["the new port did not say what it is", {}, { service: "http", method: "table" }, "http", null],
    ["another transport is another endpoint", { tls: "rsa:aa" }, { tls: "rsa:aa", transport: "udp" }, "http", null],
  ])("%s", (_, before, now, declares, expected) => {
    expect(evidence(before, now, declares)).toBe(expected);
  });

  it("a key is stronger than a title, a title than a product, a product than the name of a service", () => {
    const order: readonly MoveEvidence[] = ["key", "title", "product", "service"];
    const stronger = order.map((a) => order.filter((b) => isStronger(a, b)));
    expect(stronger).toEqual([["title", "product", "service"], ["product", "service"], ["service"], []]);
  });
});
