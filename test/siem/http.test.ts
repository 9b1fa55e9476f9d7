import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { askService, type ServiceSettings } from "../../src/siem/http.ts";
import { freePort, portOf } from "../support/ports.ts";

const NEVER = new AbortController().signal;

async function service(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${portOf(server)}`;
}

function settings(url: string, auth: ServiceSettings["auth"] = null): ServiceSettings {
  return { url, auth, ca: null, insecureSkipVerify: false };
}

test("a service is asked below its base path, with the login and the body as JSON", async () => {
  const seen: string[] = [];
  const url = await service((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { authorization = "-", "content-type": type = "-", "x-own": own = "-" } = request.headers;
      seen.push(`${request.method} ${request.url} ${authorization} ${type} ${String(own)} ${body}`);
      response.writeHead(201, { "x-answer": "yes" }).end("made");
    });
  });
  const login = { username: "soc", password: "päss:word" };
  const wish = { method: "POST", path: "/a?b=1", body: { c: [1] }, headers: { "x-own": "1" } } as const;
  const answer = await askService(settings(`${url}/base/`, login), wish, NEVER);
  expect(answer).toMatchObject({ ok: true, value: { status: 201, text: "made", headers: { "x-answer": "yes" } } });
  const encoded = Buffer.from("soc:päss:word").toString("base64");
  expect(seen).toEqual([`POST /base/a?b=1 Basic ${encoded} application/json 1 {"c":[1]}`]);
});

test("a name with several addresses that all refuse has a reason", async () => {
  const url = `http://localhost:${await freePort()}`;
  const answer = await askService(settings(url), { method: "GET", path: "/" }, NEVER);
  expect(answer).toMatchObject({ ok: false, error: expect.stringContaining("ECONNREFUSED") });
});

test("an answer that breaks off is none", async () => {
  const url = await service((_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => response.socket?.resetAndDestroy());
  });
  const answer = await askService(settings(url), { method: "GET", path: "/" }, NEVER);
  expect(answer.ok).toBe(false);
});

test("an answer that is longer than any of a SIEM is not read to its end", async () => {
  const url = await service((_, response) => {
    response.on("error", () => undefined);
    response.end(Buffer.alloc(65 * 1024 ** 2, " "));
  });
  const answer = await askService(settings(url), { method: "GET", path: "/" }, NEVER);
  expect(answer).toEqual({ ok: false, error: "the answer is longer than 64 MiB" });
});

test("who gives up is not kept waiting by a service that hangs", async () => {
  const giveUp = new AbortController();
  const url = await service(() => giveUp.abort());
  const answer = await askService(settings(url), { method: "GET", path: "/" }, giveUp.signal);
  expect(answer.ok).toBe(false);
});
