import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { HealthServer, HealthSource } from "../../src/app/agent/watch-health.ts";
import { startHealthServer } from "../../src/web/health-server.ts";
import { describeWith } from "../support/availability.ts";
import { parseConfig } from "../support/configuration.ts";
import { ipv6Loopback } from "../support/ipv6.ts";

const WELL = { ok: true, reason: "the store answers" };
const METRICS = "# HELP a b\n# TYPE a counter\na 1\n";
const SOURCE: HealthSource = { alive: () => WELL, ready: () => WELL, metrics: () => METRICS };

async function serve(source: Partial<HealthSource> = {}, listen = "127.0.0.1:0"): Promise<HealthServer> {
  const server = await startHealthServer({ ...SOURCE, ...source }, listen);
  onTestFinished(() => server.close());
  return server;
}

/** Also after an error: whoever is cut off has no other end. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** What a server writes to a raw request before it closes the connection. */
async function raw({ url }: HealthServer, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(text);
  await closed(socket);
  return answer;
}

describe("health over HTTP", () => {
  it.each(["healthz", "readyz"])("%s says why, in JSON that no browser guesses about", async (page) => {
    const { url } = await serve();
    const answer = await fetch(`${url}/${page}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.json()).toEqual(WELL);
  });

  it("healthz is red when the store fails, readyz also when an output is stopped", async () => {
    const bad = { ok: false, reason: "output kafka is stopped" };
    const { url } = await serve({ ready: () => bad });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, bad]);
    const { url: failing } = await serve({ alive: () => ({ ok: false, reason: "disk I/O error" }) });
    expect((await fetch(`${failing}/healthz`)).status).toBe(503);
  });

  it("asks its source for every request anew", async () => {
    let reason = "first";
    const { url } = await serve({ alive: () => ({ ok: true, reason }) });
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true, reason: "first" });
    reason = "second";
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true, reason: "second" });
  });

  it("gives the metrics as they are, in the type that Prometheus asks for", async () => {
    const answer = await fetch(`${(await serve()).url}/metrics`);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4");
    expect(await answer.text()).toBe(METRICS);
  });

  it("answers HEAD without a body", async () => {
    const answer = await fetch(`${(await serve()).url}/healthz`, { method: "HEAD" });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });
});

describe("requests that are wrong", () => {
  it.each(["POST", "PUT", "DELETE", "PATCH"])("%s is no method of a page that only tells", async (method) => {
    const answer = await fetch(`${(await serve()).url}/healthz`, { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it.each(["/", "/healthz/", "/../etc/passwd", "/metrics/all"])(
    "%s is no page, and the answer says what is",
    async (path) => {
      const answer = await fetch(`${(await serve()).url}${path}`);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain("/healthz, /readyz, /metrics");
    },
  );

  it.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil:80", ""])(
    "a page that reaches us under the name %j gets nothing (DNS rebinding)",
    async (host) => {
      const text = `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      const answer = await raw(await serve(), text);
      expect(answer).toMatch(/^HTTP\/1\.1 4(00|21) /);
      expect(answer).not.toContain("# HELP");
    },
  );

  it.each(["localhost", "127.0.0.1:9", "127.255.0.3", "[::1]:80"])("%s is a name of this machine", async (host) => {
    const answer = await raw(await serve(), `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    [
      "a header of a megabyte",
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(1_000_000)}\r\n\r\n`,
      "431",
    ],
    ["bytes that are no HTTP", "\u0000\u0001\u0002\r\n\r\n", "400"],
  ])("%s ends its own connection, and the next request is answered", async (_, text, code) => {
    const server = await serve();
    // Whoever closes first while bytes are on their way may cut the answer off.
    expect(await raw(server, text)).toMatch(new RegExp(`^(HTTP/1\\.1 ${code} |$)`));
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe("the server itself", () => {
  it("closes although a connection is kept alive and another has sent half a request", async () => {
    const server = await startHealthServer(SOURCE, "127.0.0.1:0");
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const asked = request(`${server.url}/healthz`, { agent }).end();
    const [answer] = await once(asked, "response");
    answer.resume();
    await once(answer, "end");
    const { hostname, port } = new URL(server.url);
    const half = connect(Number(port), hostname);
    half.on("error", () => undefined);
    await once(half, "connect");
    half.write("GET /healthz HTTP/1.1\r\nHo");
    const ended = closed(half);
    await server.close();
    await ended;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow("fetch failed");
  });

  it("rejects with the system's reason when the address is taken", async () => {
    const { url } = await serve();
    await expect(startHealthServer(SOURCE, new URL(url).host)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it.each(["0.0.0.0:7420", "10.0.0.1:7420", "[::]:7420"])(
    "is refused beyond loopback by the configuration: %s",
    (listen) => {
      const text = `segment: a\ntargets: [10.0.0.0/24]\nweb: { listen: "${listen}" }\n`;
      const loaded = parseConfig(text, { path: null, directory: "/", environment: {}, now: 1 });
      expect(loaded.ok ? "" : loaded.error.text).toContain("loopback only");
    },
  );
});

describeWith(ipv6Loopback(), "health on IPv6 loopback", () => {
  it("is served at the address that it names", async () => {
    const server = await serve({}, "[::1]:0");
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual(WELL);
  });
});
