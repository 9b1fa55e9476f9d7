import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { observedService, sameService } from "../../../src/declared/compare/service-names.ts";
import { inventory } from "../../../src/declared/readers/inventory/read.ts";
import { host, type PortLike } from "../../baseline/world.ts";

function observed(port: Omit<PortLike, "number">): string | null {
  const [seen] = host({ address: "10.0.0.5", ports: [{ number: 443, ...port }] }).ports;
  return seen === undefined ? null : observedService(seen);
}

describe("the service that a port showed", () => {
  it.each<[string, Omit<PortLike, "number">, string | null]>([
    ["it was never asked", {}, null],
    ["it said its name", { service: "http" }, "http"],
    ["inside TLS", { service: "http", tunnel: "ssl" }, "ssl/http"],
    ["a name that says TLS already", { service: "https", tunnel: "ssl" }, "https"],
    ["a name from the table of port numbers", { service: "http", method: "table", confidence: 3 }, null],
    ["the table again, however sure it is", { service: "http", method: "table", confidence: 10 }, null],
    ["a match that is just sure enough", { service: "http", confidence: 8 }, "http"],
    ["a match that is not", { service: "http", confidence: 7 }, null],
    ["a wrapper that closed at once", { service: "tcpwrapped" }, null],
    ["nothing that nmap knows", { service: "unknown" }, null],
    ["a guess with a question mark", { service: "http?" }, null],
    ["no name at all", { service: "" }, null],
  ])("%s", (_, port, expected) => {
    expect(observed(port)).toBe(expected);
  });
});

describe("a declared name against an observed one", () => {
  it.each([
    ["http", "http-proxy"],
    ["web", "http"],
    ["sftp", "ssh"],
    ["submission", "smtp"],
    ["rdp", "ms-wbt-server"],
    ["smb", "netbios-ssn"],
    ["postgres", "postgresql"],
    ["mariadb", "mysql"],
    ["mssql", "ms-sql-s"],
    ["dns", "domain"],
    ["sntp", "ntp"],
    ["grafana", "grafana"],
  ])("%s and %s are one service", (a, b) => {
    expect([sameService(a, b), sameService(b, a)]).toEqual([true, true]);
  });

  it.each([
    ["http", "https"],
    ["http", "ssl/http"],
    ["smtp", "smtps"],
    ["ssh", "ftp"],
    ["mysql", "postgresql"],
    ["dns", "ntp"],
  ])("%s and %s are two", (a, b) => {
    expect([sameService(a, b), sameService(b, a)]).toEqual([false, false]);
  });

  it("what an inventory takes for TLS is what nmap finds inside TLS", async () => {
    const names = ["https", "imaps", "pop3s", "smtps", "ldaps", "ftps"];
    const text = `host,port,service\n${names.map((name, i) => `10.0.0.5,${i + 1},${name}`).join("\n")}\n`;
    const outcome = await inventory.read({ file: "a.csv", text, options: {} }, new AbortController().signal);
    const rows = outcome.state === "read" ? outcome.declarations : [];
    expect(rows.map(({ app }) => app)).toEqual(names.map((protocol) => ({ protocol, tls: true })));
    const found = names.map((name) => observed({ service: name.slice(0, -1), tunnel: "ssl" }));
    expect(names.filter((name, i) => !sameService(name, found[i] ?? ""))).toEqual([]);
  });

  it("is the same whichever is named first, and always the same as itself", () => {
    const name = fc.constantFrom("http", "www", "https", "ssl/http", "ssh", "sftp", "smtp", "mail", "ftps", "x");
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(sameService(a, a)).toBe(true);
        expect(sameService(a, b)).toBe(sameService(b, a));
        if (sameService(a, b) && sameService(b, c)) expect(sameService(a, c)).toBe(true);
      }),
    );
  });
});
