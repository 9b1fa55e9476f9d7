import { describe, expect, it } from "vitest";
import { recordedTargets } from "../../../src/scan/quality/recorded-targets.ts";

const read = (args: string) => recordedTargets(args.split(" "));

function covers(args: string, address: string, ...names: string[]): boolean | string {
  const targets = read(args);
  return targets.kind === "known" ? targets.covers({ address, names }) : targets.kind;
}

describe("the targets of a recorded command line", () => {
  it.each([
    ["nmap 10.0.0.0/24", "10.0.0.255", true],
    ["nmap 10.0.0.0/24", "10.0.1.0", false],
    ["nmap -sS -p 22,80 -oX out.xml 10.0.0.7", "10.0.0.7", true],
    ["nmap -p22 -T4 -v 10.0.0.7", "10.0.0.8", false],
    ["nmap 10.0.0-3.1-254", "10.0.3.254", true],
    ["nmap 10.0.0-3.1-254", "10.0.3.255", false],
    ["nmap 10.0.*.1,3,5-7", "10.0.99.6", true],
    ["nmap 10.0.*.1,3,5-7", "10.0.99.4", false],
    ["nmap 10.0.0.-", "10.0.0.0", true],
    ["nmap 10.0.0.200-", "10.0.0.199", false],
    ["nmap 10.0.0.0/24 --exclude 10.0.0.8/29,10.0.0.1", "10.0.0.9", false],
    ["nmap 10.0.0.0/24 --exclude=10.0.0.1", "10.0.0.1", false],
    ["nmap 10.0.0.0/24 --exclude 10.0.0.1", "10.0.0.2", true],
    ["nmap -6 2001:db8::/64", "2001:db8::5", true],
    ["nmap -6 2001:db8::/64", "10.0.0.5", false],
    ["nmap -6 fe80::1%eth0", "fe80::1", true],
    ["nmap 10.0.0.0/8", "2001:db8::5", false],
    ['nmap --script-args "a b, c=10.9.9.9" 10.0.0.1', "10.9.9.9", false],
  ])("%s and %s: %s", (args, address, covered) => {
    expect(covers(args, address)).toBe(covered);
  });

  it("may be names", () => {
    expect(covers("nmap -sV App1.Example", "10.0.0.1", "app1.example")).toBe(true);
    expect(covers("nmap -sV app1.example", "10.0.0.1", "app2.example")).toBe(false);
  });

  it.each([
    ["nmap -iL targets.txt", "unreadable"],
    ["nmap -iR 100", "unreadable"],
    ["nmap 10.0.0.0/24 --excludefile no.txt", "unreadable"],
    ["nmap --resume scan.xml", "unreadable"],
    ["nmap www.example/24", "unreadable"],
    ["nmap 10.0.0.300", "unreadable"],
    ["nmap 10.0.0.9-3", "unreadable"],
    ["nmap -sS -oX scan.xml", "none"],
    ["nmap", "none"],
    ["", "none"],
  ])("%j is %s", (args, kind) => {
    expect(read(args).kind).toBe(kind);
  });
});
