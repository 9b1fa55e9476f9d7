import { expect, test } from "vitest";
import { hostsToSearch, servicesToAsk } from "../../../src/scan/plan/ask-again.ts";
import { runOf } from "../quality/run-of.ts";
import { host } from "./hosts.ts";

const WEB = { transport: "tcp", number: 80 } as const;
const SSH = { transport: "tcp", number: 22 } as const;
const missing = (address: string, port: { readonly transport: "tcp"; readonly number: number } = WEB) => ({
  address,
  port,
});

async function probed(address: string, open: readonly number[]) {
  return [await runOf("verify", { hosts: [] }, { hosts: [host(address, open)] })];
}

test("a host is searched once, however many of its endpoints are missing, in the order of the endpoints", () => {
  const all = [missing("10.0.0.2"), missing("10.0.0.1"), missing("10.0.0.2", SSH)];
  expect(hostsToSearch(all, [])).toEqual(["10.0.0.2", "10.0.0.1"]);
});

test("an endpoint that the second probe found after all is no reason to search its host; another one still is", async () => {
  const found = await probed("10.0.0.1", [80]);
  expect(hostsToSearch([missing("10.0.0.1"), missing("10.0.0.2")], found)).toEqual(["10.0.0.2"]);
  expect(hostsToSearch([missing("10.0.0.1"), missing("10.0.0.1", SSH)], found)).toEqual(["10.0.0.1"]);
});

test("what a search found is asked what it is, up to a number that is no service that moved", async () => {
  const ports = Array.from({ length: 100 }, (_, n) => 1000 + n);
  const [run] = await probed("10.0.0.1", ports);
  const questions = run === undefined ? [] : servicesToAsk(run);
  expect(questions).toHaveLength(64);
  expect(questions[0]).toEqual({ address: "10.0.0.1", port: { transport: "tcp", number: 1000 }, ask: "service" });
});
