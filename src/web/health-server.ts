import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { bracketed, isLoopback } from "../lib/ip.ts";
import type { HealthServer, HealthSource } from "../app/agent/watch-health.ts";

const PATHS: readonly string[] = ["/healthz", "/readyz", "/metrics"];

function healthApp(source: HealthSource): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    // A page in an operator's browser must not reach us under its own name (DNS rebinding).
    if (!isLoopback((context.req.header("host") ?? "").replace(/:\d+$/, "")))
      return context.text("unknown host\n", 421);
    await next();
    context.header("x-content-type-options", "nosniff");
    return undefined;
  });
  for (const [path, ask] of [
    ["/healthz", () => source.alive()],
    ["/readyz", () => source.ready()],
  ] as const) {
    app.get(path, (context) => {
      const { ok, reason } = ask();
      return context.json({ ok, reason }, ok ? 200 : 503);
    });
  }
  app.get("/metrics", (context) =>
    context.text(source.metrics(), 200, { "content-type": "text/plain; version=0.0.4" }),
  );
  app.notFound((context) =>
    PATHS.includes(context.req.path)
      ? context.text("only GET and HEAD\n", 405, { allow: "GET, HEAD" })
      : context.text(`nothing is here; there is ${PATHS.join(", ")}\n`, 404),
  );
  return app;
}

/** Listens on `host:port` (port 0: any free one). Rejects with the system's error, e.g. EADDRINUSE. */
export function startHealthServer(source: HealthSource, listen: string): Promise<HealthServer> {
  const split = listen.lastIndexOf(":");
  const hostname = listen.slice(0, split).replaceAll(/[[\]]/g, "");
  return new Promise((resolve, reject) => {
    const server: ServerType = serve(
      { fetch: healthApp(source).fetch, hostname, port: Number(listen.slice(split + 1)) },
      (address) => resolve({ url: `http://${bracketed(hostname)}:${address.port}`, close: () => close(server) }),
    );
    server.once("error", reject);
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}
