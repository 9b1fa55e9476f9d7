import { readdirSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { leaveProof } from "../../../src/app/control/proof.ts";
import { MOST_CONNECTIONS } from "../../../src/app/control/server.ts";
import { codeOf, OPERATOR, rawClient, type RunningAgent, runningAgent } from "./running-agent.ts";

const MUTE = { host: "10.0.0.5", until: 4_000_000_000_000 };

function mute(n: number) {
  // At most a year: the schema takes any time, the operation does not.
  return { ...MUTE, until: Date.now() + n * 60_000, ...OPERATOR };
}

/** Of clients that could not, or would not, take their proof away: the agent does, whatever it answers. */
function proofsLeft(agent: RunningAgent): readonly string[] {
  return readdirSync(agent.state).filter((name) => name.startsWith("nonce-"));
}

/** What must be true after any nonsense: the next request is done, nothing is left beside the socket, no scan was harmed. */
async function isUnharmed(agent: RunningAgent): Promise<void> {
  expect(await agent.ask("mute", mute(7))).toMatchObject({ ok: true, value: { by: OPERATOR.by } });
  expect(await agent.ask("scan", { profile: "ports" })).toMatchObject({ ok: true });
  expect(proofsLeft(agent)).toEqual([]);
}

/** Bytes of somebody who knows the protocol so far as to prove who he is. */
async function sent(agent: RunningAgent, bytes: (state: string) => string | Buffer) {
  const client = await rawClient(agent.socket);
  const { nonce } = await client.hello();
  leaveProof(agent.state, nonce);
  client.socket.end(bytes(agent.state));
  return client.answer();
}

function request(more: object): (state: string) => string {
  return (state) => JSON.stringify({ v: 1, operation: "learn", state, input: OPERATOR, ...more });
}

describe("a request that is none", () => {
  it.each<[string, string, (state: string) => string | Buffer, RegExp]>([
    ["nothing at all", "TL435", () => "", /it is empty/],
    ["garbage bytes", "TL435", () => Buffer.from([0, 255, 254, 10, 13, 200, 128]), /not JSON/],
    ["text", "TL435", () => "GET / HTTP/1.1\r\n\r\n", /not JSON/],
    ["half of one", "TL435", (state) => request({})(state).slice(0, 40), /not JSON/],
    ["a list", "TL435", () => "[1]", /not a request/],
    ["one without an operation", "TL435", request({ operation: undefined }), /operation/],
    [
      "one with a key that nobody knows",
      "TL435",
      request({ user: "root" }),
      /: user: unknown key \(known here: v, operation, state, input\)$/,
    ],
    [
      "one with a misspelt key",
      "TL435",
      request({ operation: undefined, opperation: "learn" }),
      /operation: is required and missing; opperation: unknown key \(did you mean "operation"\?\)$/,
    ],
    ["one of another version", "TL442", request({ v: 2 }), /protocol 2 and 1/],
    ["one for another state", "TL441", request({ state: "/var/lib/other" }), /not \/var\/lib\/other/],
    ["one of an unknown operation", "TL436", request({ operation: "acept" }), /no operation "acept"/],
    ["one with the name of an inherited property", "TL436", request({ operation: "toString" }), /"toString"/],
    [
      "input of wrong types",
      "TL437",
      request({ input: { by: 7, reason: ["x"] } }),
      /by: must be text, not .*; reason: must be text/,
    ],
    [
      "input with a key too many",
      "TL437",
      request({ input: { ...OPERATOR, uid: 0 } }),
      /is wrong: uid: unknown key \(known here: .*reason/,
    ],
    [
      "input with misspelt keys",
      "TL437",
      request({ input: { by: "a", raeson: "b", Bye: "c" } }),
      /reason: is required and missing; raeson: unknown key \(did you mean "reason"\?\); Bye: unknown key \(did you mean "by"\?\)$/,
    ],
    [
      "input with a misspelt value",
      "TL437",
      request({ operation: "scan", input: { profile: "prots" } }),
      /profile: must be ports or deep \(did you mean "ports"\?\)$/,
    ],
    ["no input", "TL437", request({ input: undefined }), /the input of "learn"/],
  ])("%s is refused with %s", async (_, code, bytes, what) => {
    const agent = await runningAgent();
    const answer = await sent(agent, bytes);
    expect(answer).toMatchObject({ ok: false, error: { code, what: expect.stringMatching(what) } });
    expect(agent.log.filter((line) => line.includes(code))).toHaveLength(1);
    await isUnharmed(agent);
  });

  it("says which operation was meant, or which there are", async () => {
    const agent = await runningAgent();
    const fixes = [];
    for (const name of ["acept", "shutdown"]) {
      const answer = await agent.ask(name, {});
      fixes.push(answer?.ok === false ? answer.error.fix : null);
    }
    expect(fixes).toEqual([
      'Did you mean "accept"?',
      "Known: accept, learn, learnPeriod, importBaseline, mute, unmute, announce, cancelChange, acceptMany, muteMany, ack, close, reopen, scan, reload, investigate.",
    ]);
  });

  it("names each wrong value by its key", async () => {
    const agent = await runningAgent();
    const wrong = [
      { ...OPERATOR, host: "10.0.0.5", until: 1 },
      { ...OPERATOR, until: Date.now() + 1000 },
      { ...OPERATOR, host: "nowhere", until: Date.now() + 1000 },
    ];
    const whats = [];
    for (const input of wrong) {
      const answer = await agent.ask("mute", input);
      whats.push(answer?.ok === false ? answer.error.what : null);
    }
    expect(whats).toEqual([
      expect.stringMatching(/^the input of "mute" is wrong: .*past/),
      expect.stringMatching(/one of id, host, port, kind is needed/),
      expect.stringMatching(/host: an address or CIDR/),
    ]);
  });
});

describe("a client without manners", () => {
  it("that sends half a request and then nothing is refused when its time is over", async () => {
    const agent = await runningAgent();
    const client = await rawClient(agent.socket);
    await client.hello();
    await new Promise((resolve) => client.socket.write('{"v":1,"operation":', resolve));
    agent.tooLate();
    expect(codeOf(await client.answer())).toBe("TL434");
    await isUnharmed(agent);
  });

  it("that never ends a request of more than 256 KiB is refused", async () => {
    const agent = await runningAgent();
    const client = await rawClient(agent.socket);
    await client.hello();
    client.socket.write(`{"v":1,"operation":"${"a".repeat(256 * 1024)}`);
    expect(codeOf(await client.answer())).toBe("TL433");
    await isUnharmed(agent);
  });

  it("may send exactly 256 KiB, and no byte more", async () => {
    const agent = await runningAgent();
    const sized = (bytes: number) => (state: string) => {
      const empty = request({ operation: "" })(state);
      return request({ operation: "a".repeat(bytes - empty.length) })(state);
    };
    expect(codeOf(await sent(agent, sized(256 * 1024)))).toBe("TL436");
    expect(codeOf(await sent(agent, sized(256 * 1024 + 1)))).toBe("TL433");
    await isUnharmed(agent);
  });

  it("that sends one byte at a time is served when it ends in time", async () => {
    const agent = await runningAgent();
    const client = await rawClient(agent.socket);
    const remove = leaveProof(agent.state, (await client.hello()).nonce);
    for (const byte of request({})(agent.state)) await new Promise((resolve) => client.socket.write(byte, resolve));
    client.socket.end();
    expect(await client.answer()).toMatchObject({ ok: true, value: { segment: "ops" } });
    remove();
    await isUnharmed(agent);
  });

  it("that does not read its answer keeps nobody from being served, and is let go", async () => {
    const agent = await runningAgent();
    const client = await rawClient(agent.socket);
    await client.hello();
    client.socket.pause();
    client.socket.write("{");
    agent.tooLate();
    await isUnharmed(agent);
    agent.tooLate();
    client.socket.resume();
    expect(codeOf(await client.answer())).toBe("TL434");
  });

  it("that leaves in the middle of its request has not asked for anything", async () => {
    const agent = await runningAgent();
    const client = await rawClient(agent.socket);
    const { nonce } = await client.hello();
    leaveProof(agent.state, nonce);
    client.socket.write('{"v":1,"operation":"learn"');
    client.socket.destroy();
    await vi.waitUntil(() => proofsLeft(agent).length === 0, { timeout: 60_000 });
    await isUnharmed(agent);
  });

  it("that leaves before the answer has its request done", async () => {
    const agent = await runningAgent();
    const client = await rawClient(agent.socket);
    const { nonce } = await client.hello();
    const remove = leaveProof(agent.state, nonce);
    await new Promise<void>((resolve) => client.socket.end(request({})(agent.state), resolve));
    client.socket.destroy();
    await isUnharmed(agent);
    await vi.waitUntil(() => agent.log.some((line) => line.includes('"operation":"learn"')), { timeout: 60_000 });
    remove();
  });

  it("that comes as the seventeenth is told so at once; when one leaves, the next is served", async () => {
    const agent = await runningAgent();
    const clients = [];
    for (let n = 0; n < MOST_CONNECTIONS; n += 1) {
      const client = await rawClient(agent.socket);
      await client.hello();
      clients.push(client);
    }
    expect(await agent.ask("learn", OPERATOR)).toMatchObject({
      ok: false,
      error: { code: "TL439", what: "the agent already has 16 requests" },
    });
    agent.tooLate();
    await Promise.all(clients.map((client) => client.answer()));
    for (const { socket } of clients) socket.destroy();
    await vi.waitUntil(async () => (await agent.ask("learn", OPERATOR))?.ok === true, { timeout: 60_000 });
    await isUnharmed(agent);
  });
});
