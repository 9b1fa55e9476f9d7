import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatIntervals } from "../../../src/lib/intervals.ts";
import { findExecutable, runProcess } from "../../../src/lib/child-process.ts";
import { planPorts, topPorts } from "../../../src/scan/plan/ports.ts";
import { PATIENCE_MS } from "../../support/patience.ts";

const SERVICES = [
  "# comment",
  "tcpmux\t1/tcp\t0.001",
  "http\t80/tcp\t0.484143\t# web",
  "ssh\t22/tcp\t0.182286",
  "domain\t53/udp\t0.5",
  "https\t443/tcp\t0.208669",
].join("\n");

test.each([
  ["the most frequent ones", "top-2", "80,443"],
  ["a list with ranges", [22, "8000-8010", "443"], "22,443,8000-8010"],
  ["a list with a top", ["top-1", 9999], "80,9999"],
])("%s", (_, setting, expected) => {
  const ports = planPorts(setting, SERVICES);
  expect(ports.ok && formatIntervals(ports.value)).toBe(expected);
});

test.each([
  ["zero", ["0"]],
  ["a port over 65535", ["65536"]],
  ["an open range", ["1-"]],
  ["an option", ["-p-"]],
  ["nothing", [""]],
  ["top-0", "top-0"],
])("%s is refused", (_, setting) => {
  expect(planPorts(setting, SERVICES)).toMatchObject({ ok: false });
});

test("top-N without nmap's file says what to do", () => {
  const ports = planPorts("top-1000", null);
  expect(ports.ok ? "" : ports.error).toContain("list the ports instead");
});

const nmap = findExecutable("nmap");
const services = "/usr/share/nmap/nmap-services";

test.runIf(nmap !== null && existsSync(services))("our top 1000 are nmap's top 1000", async () => {
  const listed = await runProcess({
    file: nmap ?? "",
    args: [
      "--top-ports",
      "1000",
      "-sT",
      "-Pn",
      "-n",
      "--unprivileged",
      "-oX",
      "-",
      "--host-timeout",
      "1ms",
      "127.0.0.1",
    ],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    deadlineMs: PATIENCE_MS / 4,
    outputCapBytes: 1_000_000,
  });
  const own = formatIntervals(topPorts(readFileSync(services, "utf8"), "tcp", 1000));
  expect(/<scaninfo [^>]*services="([^"]*)"/.exec(listed.stdout)?.[1]).toBe(own);
});
