import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outputsOf } from "../../../../src/deliver/outputs.ts";
import { createRuntime } from "../../../../src/app/runtime.ts";
import { EVENT_FAMILIES } from "../../../../src/domain/event.ts";
import type { Sink, SinkCheck } from "../../../../src/domain/ports/sink.ts";
import { describeWith } from "../../../support/availability.ts";
import { makeAuthority } from "../../../support/certificates.ts";
import { parseConfig } from "../../../support/configuration.ts";
import { freshTopicPrefix } from "../../../support/fresh-names.ts";
import type { Broker } from "../../../support/kafka/broker.ts";
import { readTopic } from "../../../support/kafka/read-topic.ts";
import { BROKER_NAME, type Listener, USER } from "../../../support/kafka/secured.ts";
import { createTopics } from "../../../support/kafka/topics.ts";
import { PATIENCE_MS } from "../../../support/patience.ts";
import { privateKafkaForTests } from "../../../support/servers.ts";
import { newTempDir, removeChecked } from "../../../support/temp-dir.ts";
import { event, stage, upTo } from "../../stage.ts";

const directory = newTempDir();
const stranger = makeAuthority("Somebody else").issue({ host: "agent" });

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text, { mode: 0o600 });
}

/** The output as the configuration makes it. */
function sinkOf(settings: string): Sink {
  const text = `segment: a\ntargets: [10.0.0.0/24]\noutputs:\n  kafka: ${settings}\n`;
  const environment = { KAFKA_PASSWORD: USER.password, WRONG: "wrong horse" };
  const loaded = parseConfig(text, { path: "tripline.yaml", directory, environment, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  const runtime = createRuntime();
  const [output] = outputsOf(loaded.value, { sinks: runtime.outputKinds, clock: runtime.clock });
  if (output === undefined) throw new Error("no output");
  return output.definition.create(output.settings, output.context);
}

interface Login {
  readonly username?: string;
  readonly variable?: string;
}

function loginBy(mechanism: string, { username = USER.username, variable = "KAFKA_PASSWORD" }: Login = {}): string {
  return `sasl: { mechanism: ${mechanism}, username: ${username}, password: "\${env:${variable}}" }`;
}

const TLS = "tls: { ca_file: ca.pem }";

describeWith(await privateKafkaForTests(), "a broker with TLS and logins", ({ start }) => {
  const at: { broker: Broker | null } = { broker: null };

  beforeAll(async () => {
    const broker = await start({ secured: true });
    at.broker = broker;
    const { authority } = needed(broker.secured);
    const own = authority.issue({ host: "agent" });
    write("ca.pem", authority.ca);
    write("agent.pem", own.cert);
    write("agent.key", own.key);
    write("stranger.pem", stranger.cert);
    write("stranger.key", stranger.key);
  }, PATIENCE_MS);

  afterAll(async () => {
    await at.broker?.destroy();
    removeChecked(directory);
  });

  /** The address of a listener; `plain` is the one without TLS and logins. */
  function addressOf(listener: Listener | "plain"): string {
    const broker = needed(at.broker);
    return listener === "plain" ? (broker.brokers[0] ?? "") : `127.0.0.1:${needed(broker.secured).ports[listener]}`;
  }

  async function checked(listener: Listener | "plain", settings: string): Promise<SinkCheck> {
    const sink = sinkOf(`{ brokers: ["${addressOf(listener)}"]${settings === "" ? "" : `, ${settings}`} }`);
    const [connect] = await sink.check(new AbortController().signal);
    await sink.close(1_000);
    return needed(connect);
  }

  describe("takes events byte for byte, in order", () => {
    it.each([
      ["over TLS with an authority of one's own", "tls", TLS],
      ["by the name in the certificate", "named", `tls: { ca_file: ca.pem, server_name: ${BROKER_NAME} }`],
      [
        "with a certificate of the agent",
        "mutual",
        "tls: { ca_file: ca.pem, cert_file: agent.pem, key_file: agent.key }",
      ],
      ["logged in by PLAIN", "login", `${TLS}, ${loginBy("plain")}`],
      ["logged in by SCRAM-SHA-256", "login", `${TLS}, ${loginBy("scram-sha-256")}`],
      ["logged in by SCRAM-SHA-512", "login", `${TLS}, ${loginBy("scram-sha-512")}`],
      ["logged in without TLS", "bare-login", loginBy("scram-sha-512")],
      ["without a check of certificates, where the operator says so", "named", "tls: { insecure_skip_verify: true }"],
    ] as const)("%s", async (_, listener, settings) => {
      const topic_prefix = freshTopicPrefix();
      const events = upTo(3).map((n) => event(n));
      const plain = [addressOf("plain")];
      await createTopics(plain, [`${topic_prefix}.scan`]);
      const sink = sinkOf(`{ brokers: ["${addressOf(listener)}"], topic_prefix: ${topic_prefix}, ${settings} }`);
      const { drain } = await stage({ sink, events });
      expect(await drain()).toMatchObject({ state: "empty", delivered: 3 });
      const arrived = await readTopic(plain, `${topic_prefix}.scan`, { count: 3 });
      expect(arrived.map(({ value }) => value.toString())).toEqual(events.map(({ body }) => body));
    });
  });

  describe("a mismatch is named, with the key that mends it", () => {
    const stopped = "outputs.kafka.";
    it.each([
      ["an authority nobody trusts", "tls", "tls: {}", "set tls.ca_file", "tls"],
      ["a certificate for another name", "named", TLS, "set tls.server_name", "tls"],
      ["no certificate where one is wanted", "mutual", TLS, "set tls.cert_file and tls.key_file", "tls"],
      [
        "a certificate from an authority the broker does not know",
        "mutual",
        "tls: { ca_file: ca.pem, cert_file: stranger.pem, key_file: stranger.key }",
        "does not accept the certificate in tls.cert_file",
        "tls",
      ],
      ["no TLS where the broker speaks it", "tls", "", "set tls", "tls"],
      ["a login without TLS where the broker speaks it", "login", loginBy("plain"), "set tls", "tls"],
      ["TLS where the broker does not speak it", "plain", TLS, "remove tls", "brokers"],
      [
        "a wrong password, PLAIN",
        "login",
        `${TLS}, ${loginBy("plain", { variable: "WRONG" })}`,
        "user and password",
        "sasl",
      ],
      [
        "a wrong password, SCRAM",
        "login",
        `${TLS}, ${loginBy("scram-sha-256", { variable: "WRONG" })}`,
        "user and password",
        "sasl",
      ],
      [
        "a user nobody knows",
        "login",
        `${TLS}, ${loginBy("scram-sha-512", { username: "nobody" })}`,
        "user and password",
        "sasl",
      ],
      ["a mechanism the broker does not offer", "bare-login", loginBy("plain"), "set sasl.mechanism", "sasl"],
      ["a login where there is none", "tls", `${TLS}, ${loginBy("plain")}`, "remove sasl", "sasl"],
      ["no login where one is wanted", "login", TLS, "set sasl", "brokers"],
    ] as const)("%s", async (_, listener, settings, words, keys) => {
      const found = await checked(listener, settings);
      expect(found).toMatchObject({ name: "connect", ok: false });
      expect(found.detail).toContain(words);
      expect(found.detail).not.toMatch(/OpenSSL|SSL routines|Node\.js/);
      expect(found.fix).toContain(`${stopped}${keys}`);
    });
  });

  it("a wrong password stops the output, nothing is dead, and the right one brings it back", async () => {
    const topic_prefix = freshTopicPrefix();
    await createTopics([addressOf("plain")], [`${topic_prefix}.scan`]);
    write("password", "wrong horse");
    const login = `sasl: { mechanism: plain, username: ${USER.username}, password: "\${file:password}" }`;
    const settings = `{ brokers: ["${addressOf("login")}"], topic_prefix: ${topic_prefix}, ${TLS}, ${login} }`;
    const { drain, dead } = await stage({ sink: sinkOf(settings), events: [event(1)] });
    expect(await drain()).toMatchObject({ state: "stopped", delivered: 0, reason: { slug: "credentials" } });
    expect(await dead()).toEqual([]);
    write("password", USER.password);
    const again = await stage({ sink: sinkOf(settings), events: [event(1)] });
    expect(await again.drain()).toMatchObject({ state: "empty", delivered: 1 });
  });

  it("a certificate renewed on the disk is taken without a restart", async () => {
    const topic_prefix = freshTopicPrefix();
    const topics = EVENT_FAMILIES.map((family) => `${topic_prefix}.${family}`);
    await createTopics([addressOf("plain")], topics);
    write("renewed.pem", stranger.cert);
    write("renewed.key", stranger.key);
    const tls = "tls: { ca_file: ca.pem, cert_file: renewed.pem, key_file: renewed.key }";
    const sink = sinkOf(`{ brokers: ["${addressOf("mutual")}"], topic_prefix: ${topic_prefix}, ${tls} }`);
    const { drain } = await stage({ sink, events: [event(1)] });
    expect(await drain()).toMatchObject({ state: "stopped", reason: { slug: "tls" } });
    const own = needed(at.broker?.secured).authority.issue({ host: "agent" });
    write("renewed.pem", own.cert);
    write("renewed.key", own.key);
    expect(await drain()).toMatchObject({ state: "empty", delivered: 1 });
  });

  it("a key that has gone since the start stops the output, and says which", async () => {
    const own = needed(at.broker?.secured).authority.issue({ host: "agent" });
    write("gone.pem", own.cert);
    write("gone.key", own.key);
    const tls = "tls: { ca_file: ca.pem, cert_file: gone.pem, key_file: gone.key }";
    const sink = sinkOf(`{ brokers: ["${addressOf("mutual")}"], topic_prefix: ${freshTopicPrefix()}, ${tls} }`);
    rmSync(join(directory, "gone.key"));
    const { drain } = await stage({ sink, events: [event(1)] });
    const stopped = await drain();
    expect(stopped).toMatchObject({ state: "stopped", reason: { slug: "tls" } });
    expect(stopped.reason?.text).toMatch(/gone\.key cannot be read \(ENOENT\)/);
  });
});

function needed<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("not there");
  return value;
}
