import { Writable } from "node:stream";
import { runCommandLine } from "../../../src/cli/main.ts";

// Runs each command line of a JSON list in this process, in order, and prints code and errors of each as JSON: for
// tests that must be another user, for whom a process each would take too long.
const lines = JSON.parse(process.argv[2] ?? "[]") as readonly (readonly string[])[];
const ran: unknown[] = [];
for (const args of lines) {
  let err = "";
  const stderr = new Writable({
    write: (chunk: Buffer, _, done) => {
      err += chunk.toString();
      done();
    },
  });
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { signal } = new AbortController();
  const code = await runCommandLine(args, { stdin: process.stdin, stdout, stderr, cwd: process.cwd(), signal });
  ran.push({ code, err });
}
process.stdout.write(JSON.stringify(ran));
