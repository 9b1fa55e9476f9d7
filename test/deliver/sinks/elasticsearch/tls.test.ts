import { describe, expect, it } from "vitest";
import { createElasticsearchSink } from "../../../../src/deliver/sinks/elasticsearch/sink.ts";
import { makeAuthority } from "../../../support/certificates.ts";
import { recordedServer } from "../../../support/elasticsearch/recorded-server.ts";
import { event, stage } from "../../stage.ts";

const authority = makeAuthority("Tripline test authority");
const stranger = makeAuthority("Somebody else");

describe("a certificate that cannot be trusted stops the sink; nothing is dead, and a new one brings it back", () => {
  it.each([
    ["made by another authority", stranger.issue(), "certificate"],
    ["for another host", authority.issue({ host: "elsewhere.test" }), "altnames"],
    ["expired", authority.issue({ expired: true }), "expired"],
  ])("%s", async (_, tls, words) => {
    const server = await recordedServer({ tls });
    const sink = createElasticsearchSink({ url: server.url, auth: null, ca: authority.ca, insecureSkipVerify: false });
    const { drain, cursor, dead } = await stage({ sink, events: [event(1), event(2)] });
    const stopped = await drain();
    expect(stopped).toMatchObject({ state: "stopped", delivered: 0, reason: { slug: "tls" } });
    expect(stopped.reason?.text).toContain(words);
    expect(await drain()).toMatchObject({ state: "stopped" });
    expect(await cursor()).toMatchObject({ state: "stopped", pending: 2 });
    server.rotate(authority.issue());
    expect(await drain()).toMatchObject({ state: "empty", delivered: 2 });
    expect(await dead()).toEqual([]);
  });

  it("is accepted when the operator says so in the configuration", async () => {
    const server = await recordedServer({ tls: stranger.issue() });
    const sink = createElasticsearchSink({ url: server.url, auth: null, ca: null, insecureSkipVerify: true });
    const { drain } = await stage({ sink, events: [event(1)] });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 1 });
  });

  it("plain HTTP behind an https address stops as well", async () => {
    const server = await recordedServer();
    const url = server.url.replace("http:", "https:");
    const sink = createElasticsearchSink({ url, auth: null, ca: authority.ca, insecureSkipVerify: false });
    const { drain } = await stage({ sink, events: [event(1)] });
    expect(await drain()).toMatchObject({ state: "stopped", reason: { slug: "tls" } });
  });
});
