import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { redactor } from "../../src/config/redact.ts";
import { redactingIo } from "../../src/cli/redacting.ts";

function streams() {
  const taken = { out: "", err: "" };
  const sink = (key: "out" | "err") =>
    Object.assign(
      new Writable({
        write: (chunk: Buffer, _, done) => {
          taken[key] += chunk.toString();
          done();
        },
      }),
      { isTTY: true, columns: 80 },
    );
  const signal = new AbortController().signal;
  return { taken, io: { stdin: process.stdin, stdout: sink("out"), stderr: sink("err"), cwd: "/", signal } };
}

it("the trace of a bug holds no secret of any configuration that was read, former ones included", () => {
  const { taken, io } = streams();
  const safe = redactingIo(io);
  safe.learnSecrets?.(redactor(["formerSecret"]));
  safe.learnSecrets?.(redactor(["newSecret1"]));
  safe.stderr.write(new Error("https://u:formerSecret@h").stack ?? "");
  safe.stdout.write("newSecret1 and more\n");
  expect(taken.err).toMatch(/^Error: https:\/\/u:\[secret\]@h\n +at /);
  expect(taken.out).toBe("[secret] and more\n");
  expect(safe.hide?.("newSecret1")).toBe("[secret]");
});

it("whoever asks the stream about its terminal is told as before", () => {
  const safe = redactingIo(streams().io);
  expect([safe.stdout.isTTY, safe.stdout.columns]).toEqual([true, 80]);
});
