import { expect, it, onTestFinished } from "vitest";
import { startHealthServer } from "../../src/web/health-server.ts";
import { describeWith } from "../support/availability.ts";
import { ipv6Loopback } from "../support/ipv6.ts";

const SOURCE = { alive: () => ({ ok: true, reason: "the store answers" }), metrics: () => "" };

describeWith(ipv6Loopback(), "health on IPv6 loopback", () => {
  it("is served at the address that it names", async () => {
    const server = await startHealthServer(SOURCE, "[::1]:0");
    onTestFinished(() => server.close());
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ ok: true, reason: "the store answers" });
  });
});
