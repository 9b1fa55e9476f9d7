import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { leaveProof } from "../../../src/app/control/proof.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { OPERATOR, rawClient, runningAgent } from "./running-agent.ts";

/** `proof` makes what the agent looks for at `path`. */
async function askedWith(proof: (path: string, nonce: string) => void) {
  const agent = await runningAgent();
  const client = await rawClient(agent.socket);
  const { nonce } = await client.hello();
  proof(join(agent.state, `nonce-${nonce}`), nonce);
  client.socket.end(JSON.stringify({ v: 1, operation: "learn", state: agent.state, input: OPERATOR }));
  return { agent, nonce, answer: await client.answer() };
}

function fileAt(path: string, content: string, mode = 0o600): void {
  writeFileSync(path, content);
  chmodSync(path, mode);
}

const OTHER = 12_345;
const isRoot = process.geteuid?.() === 0;

describe("who asks", () => {
  it("is the owner of the file that the agent asked for, which is gone afterwards", async () => {
    const { agent, answer } = await askedWith((path, nonce) => fileAt(path, nonce));
    expect(answer).toMatchObject({ ok: true });
    expect(readdirSync(agent.state).filter((name) => name.startsWith("nonce-"))).toEqual([]);
    expect(agent.log.find((line) => line.includes("request done"))).toContain(`"uid":${process.geteuid?.()}`);
  });

  it.each<[string, RegExp, (path: string, nonce: string) => void]>([
    ["nothing is there", /is not there/, () => undefined],
    ["it has another content", /another content/, (path) => fileAt(path, "0".repeat(32))],
    ["it is empty", /another content/, (path) => fileAt(path, "")],
    ["it is a directory", /not a regular file/, (path) => mkdirSync(path)],
    ["others may write it", /written by others/, (path, nonce) => fileAt(path, nonce, 0o666)],
    [
      "it is a link to a file elsewhere",
      /symbolic link/,
      (path, nonce) => {
        const elsewhere = join(tempDir(), "file");
        fileAt(elsewhere, nonce);
        symlinkSync(elsewhere, path);
      },
    ],
    [
      "it has a second name elsewhere",
      /second name/,
      (path, nonce) => {
        const elsewhere = join(tempDir(), "file");
        fileAt(elsewhere, nonce);
        linkSync(elsewhere, path);
      },
    ],
    [
      "it stands outside of the directory of the socket",
      /is not there/,
      (_, nonce) => fileAt(join(tempDir(), `nonce-${nonce}`), nonce),
    ],
  ])("is not proved when %s", async (_, why, proof) => {
    const { agent, answer } = await askedWith(proof);
    expect(answer).toMatchObject({ ok: false, error: { code: "TL438", exit: 77, what: expect.stringMatching(why) } });
    expect(await agent.ask("learn", OPERATOR)).toMatchObject({ ok: true });
  });

  it("is not proved by the file of an earlier conversation", async () => {
    const { agent, nonce } = await askedWith((path, fresh) => fileAt(path, fresh));
    const again = await rawClient(agent.socket);
    const { nonce: next } = await again.hello();
    expect(next).not.toBe(nonce);
    const remove = leaveProof(agent.state, nonce);
    again.socket.end(JSON.stringify({ v: 1, operation: "learn", state: agent.state, input: OPERATOR }));
    expect(await again.answer()).toMatchObject({ ok: false, error: { code: "TL438" } });
    expect(existsSync(join(agent.state, `nonce-${nonce}`))).toBe(true);
    remove();
  });

  it.skipIf(!isRoot)("is nobody who may not use the socket", async () => {
    const { agent, answer } = await askedWith((path, nonce) => {
      fileAt(path, nonce);
      chownSync(path, OTHER, OTHER);
    });
    const what = expect.stringContaining(`belongs to user ${OTHER}, who may not use this socket`);
    expect(answer).toMatchObject({ ok: false, error: { code: "TL438", what } });
    expect(await agent.ask("learn", OPERATOR)).toMatchObject({ ok: true });
  });
});
