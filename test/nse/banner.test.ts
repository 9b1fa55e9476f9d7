import { expect, test } from "vitest";
import { describeWith } from "../support/availability.ts";
import { type Behaviour, listener } from "../support/listeners.ts";
import { installedNmap, runScript } from "./nmap.ts";

const elem = (xml: string, key: string) => new RegExp(`<elem key="${key}">([^<]*)</elem>`).exec(xml)?.[1];

describeWith(installedNmap(), "tripline-banner", ({ path: nmap }) => {
  async function scan(behaviour: Behaviour) {
    const server = await listener("127.0.40.1", 0, behaviour);
    return { server, xml: await runScript(nmap, "tripline-banner", server) };
  }

  test.each([
    [
      "a mail greeting without its host name",
      "220 mail.example.org ESMTP Postfix\r\n",
      "220 &lt;host&gt; ESMTP Postfix",
      "text",
    ],
    ["a software version", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian-2", "text"],
    ["a clock", "ready, it is Tue, 24 Nov 2026 04:24:10 +0000\r\n", "ready, it is &lt;time&gt;", "text"],
    ["its own address", "welcome to 127.0.40.1\r\n", "welcome to &lt;host&gt;", "text"],
    ["a binary greeting's stable part", Buffer.from("J\0\0\0\n8.0.36\0\x01\x02\x03\x04", "latin1"), "8.0.36", "binary"],
  ])("%s", async (...[, text, norm, kind]) => {
    const { server, xml } = await scan({ kind: "banner", text });
    expect([elem(xml, "schema"), elem(xml, "norm"), elem(xml, "class")]).toEqual(["1", norm, kind]);
    expect(elem(xml, "raw_len")).toBe(String(text.length));
    expect(elem(xml, "norm_sha256")).toMatch(/^[0-9a-f]{64}$/);
    expect(server.received()).toHaveLength(0);
  });

  test("keys come in a fixed order", async () => {
    const { xml } = await scan({ kind: "banner", text: "hello\r\n" });
    const keys = [...xml.matchAll(/<elem key="([^"]+)"/g)].map((match) => match[1]);
    expect(keys).toEqual(["schema", "norm", "norm_sha256", "raw_len", "class"]);
  });

  test("a silent port is a fact, not an error", async () => {
    const { xml } = await scan({ kind: "silent" });
    expect([elem(xml, "class"), elem(xml, "raw_len")]).toEqual(["silent", "0"]);
  });

  test.each<Behaviour>([{ kind: "endless" }, { kind: "huge", bytes: 10_000_000 }, { kind: "drip", everyMs: 100 }])(
    "$kind: the byte cap and the deadline hold",
    async (behaviour) => {
      // Without a cap and a deadline of its own the script would be ended with its nmap, and there were no result.
      const { xml } = await scan(behaviour);
      expect(Number(elem(xml, "raw_len"))).toBeLessThanOrEqual(4096);
      expect(Number(elem(xml, "raw_len"))).toBeGreaterThan(0);
    },
  );

  test("a reset is an error from the closed list", async () => {
    const { xml } = await scan({ kind: "reset" });
    expect([elem(xml, "schema"), elem(xml, "error")]).toEqual(["1", "refused"]);
  });

  test("hostile text stays inert: no control byte and no open tag in the XML", async () => {
    const text = "\x1b[31m]]><script>alert(1)</script>&big;\0__proto__\u202e${jndi:ldap://x}=cmd\r\n";
    const { xml } = await scan({ kind: "banner", text });
    expect(xml).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x80-\uffff]/);
    expect(xml).not.toContain("<script>");
    expect(elem(xml, "class")).toMatch(/text|binary/);
  });
});
