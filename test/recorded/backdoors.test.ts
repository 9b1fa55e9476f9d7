import { describe, expect, it } from "vitest";
import type { PortSpec } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { but, httpPort, plus, segment } from "./segment.ts";

const TWENTY = segment(20);
const shell = (port: number): PortSpec => ({
  port,
  service: { name: "bindshell", product: "Bash shell", extrainfo: "**BACKDOOR**; root shell", method: "probed" },
});
const infected = (port: number) => but(TWENTY, 3, (one) => plus(one, shell(port)));

describe("a service that nmap knows as a backdoor", () => {
  it("is critical on a new port, also in the range of NodePorts, and told once", async () => {
    for (const port of [4444, 31_337]) {
      const json = await play([TWENTY, infected(port), infected(port)]);
      expect(told(json)).toEqual([`exposure-found 10.0.0.4:${port}/tcp`]);
      expect(json.anomalies[0]).toMatchObject({ severity: "critical" });
      expect(json.cycles.map((c) => c.anomalies.length)).toEqual([0, 1, 0]);
    }
  });

  it("is critical on a port that was known before, and over when the port speaks as before", async () => {
    const taken = but(TWENTY, 3, (one) => ({ ...one, ports: [...(one.ports ?? []).slice(0, 1), shell(80)] }));
    const json = await play([TWENTY, taken, TWENTY]);
    expect(told(json)).toEqual(["exposure-found 10.0.0.4:80/tcp resolved"]);
    expect(json.anomalies[0]).toMatchObject({ severity: "critical" });
  });

  it("needs nothing learned: it is told in the first scan, and of a host that is new", async () => {
    expect(told(await play([infected(4444)], { learnScans: 5 }))).toEqual(["exposure-found 10.0.0.4:4444/tcp"]);
    const stranger = { address: "10.0.0.99", ports: [httpPort("1.24.0"), shell(4444)] };
    const json = await play([TWENTY, [...TWENTY, stranger]]);
    expect(told(json)).toContain("exposure-found 10.0.0.99:4444/tcp");
  });

  it("is not over because one scan did not ask the service", async () => {
    const bare = but(TWENTY, 3, (one) => plus(one, { port: 4444 }));
    const json = await play([TWENTY, infected(4444), bare, bare]);
    expect(told(json)).toEqual(["exposure-found 10.0.0.4:4444/tcp"]);
  });

  it("is over when the port is closed", async () => {
    const json = await play([TWENTY, infected(444), TWENTY, TWENTY, TWENTY]);
    expect(told(json)).toEqual(["exposure-found 10.0.0.4:444/tcp resolved"]);
  });
});
