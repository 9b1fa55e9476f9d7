import { describe, expect, it } from "vitest";
import type { FieldFamily } from "../../src/domain/fields/row.ts";
import { hostHistory } from "../../src/domain/host-history.ts";
import type { HostObservation } from "../../src/domain/observation.ts";
import type { SeenByScan } from "../../src/domain/seen-by-scan.ts";
import { hostObservation } from "../store/support/samples.ts";

const ADDRESS = "10.0.0.5";

function seen(host: HostObservation | null, { asked = true, measured = "nmap 7.93" } = {}): SeenByScan {
  const comparability = new Map<FieldFamily, string>([["os", measured]]);
  return { hosts: new Map(host === null ? [] : [[ADDRESS, host]]), asked: () => asked, comparability };
}

function story(...scans: readonly SeenByScan[]): readonly string[] {
  const history = hostHistory<number>(ADDRESS);
  for (const [n, scan] of scans.entries()) history.add(n, scan);
  return history
    .spans()
    .filter(({ field }) => ["state", "mac", "os_family"].includes(field))
    .map(
      ({ field, value, from, until, comparable }) =>
        `${field} ${value} ${from}-${until ?? ""}${comparable ? "" : " *"}`,
    );
}

const withMac = (mac: string) => hostObservation(ADDRESS, { mac });

function runs(family: string): HostObservation {
  return hostObservation(ADDRESS, {
    os: { matches: [], families: [family], goodConditions: true, stack: new Map() },
  });
}

describe("the history of a host", () => {
  it("has nothing before the host was seen: what nobody knew cannot be gone", () => {
    expect(story(seen(null), seen(hostObservation(ADDRESS)))).toEqual(["state up 1-"]);
  });

  it("a scan that did not ask says nothing about its absence", () => {
    expect(story(seen(hostObservation(ADDRESS)), seen(null, { asked: false }))).toEqual(["state up 0-"]);
  });

  it("ends every value when the host is gone", () => {
    expect(story(seen(withMac("AA-BB-CC-00-00-01")), seen(null))).toEqual([
      "state up 0-1",
      "state gone 1-",
      "mac AA-BB-CC-00-00-01 0-1",
    ]);
  });

  it("one value is one span, however many scans see it", () => {
    const host = withMac("AA-BB-CC-00-00-01");
    expect(story(seen(host), seen(host), seen(host))).toEqual(["state up 0-", "mac AA-BB-CC-00-00-01 0-"]);
  });

  it.each([
    ["another nmap says otherwise, which may not be the host's doing", "nmap 7.95", "os_family BSD 1- *"],
    ["the same nmap says otherwise", "nmap 7.93", "os_family BSD 1-"],
  ])("marks a value that was measured in another way: %s", (_, measured, expected) => {
    expect(story(seen(runs("Linux")), seen(runs("BSD"), { measured }))).toEqual([
      "state up 0-",
      "os_family Linux 0-1",
      expected,
    ]);
  });
});
