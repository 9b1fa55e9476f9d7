import { describe, expect, it } from "vitest";
import { investigationOf } from "../../src/domain/investigation.ts";
import type { PortRef } from "../../src/domain/network.ts";
import type { HostObservation } from "../../src/domain/observation.ts";

const TCP: PortRef = { transport: "tcp", number: 4447 };
const UDP: PortRef = { transport: "udp", number: 4447 };

/** A host that was asked on TCP ports 4440–4449 and has none of them open. */
function seen(more: Partial<HostObservation>): readonly HostObservation[] {
  const coverage: HostObservation["coverage"] = [{ transport: "tcp", phase: "ports", ports: [[4440, 4449]] }];
  const nothing = { names: [], mac: null, vendor: null, otherStates: [], os: null, problems: [] };
  return [{ address: "10.0.0.1", state: "up", reason: "syn-ack", coverage, ports: [], ...nothing, ...more } as never];
}

const sentence = (hosts: readonly HostObservation[], port: PortRef | null) =>
  investigationOf(hosts, { at: 1, by: "alice", cycle: "c", port });

describe("what a look in depth may say", () => {
  it.each([
    ["a port that was asked and is not open", seen({}), TCP, "gone", "Port 4447/tcp is no longer open;"],
    ["the same number of another protocol", seen({}), UDP, "unmeasured", "Port 4447/udp could not be measured;"],
    ["a port beyond what was asked", seen({ coverage: [] }), TCP, "unmeasured", "Port 4447/tcp could not be measured;"],
    ["a host that answers", seen({}), null, "open", "The host answers;"],
    ["a host that is down", seen({ state: "down" }), null, "gone", "The host does not answer."],
    [
      "a port of a host that is down",
      seen({ state: "down" }),
      TCP,
      "unmeasured",
      "The host does not answer, so that port 4447/tcp could not be measured.",
    ],
    ["a host that no run shows", [], null, "gone", "The host does not answer."],
  ])("%s", (_, hosts, port, found, begins) => {
    const said = sentence(hosts, port);
    expect(said.found).toBe(found);
    expect(said.sentence.startsWith(begins)).toBe(true);
  });
});
