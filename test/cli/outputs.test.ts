import { expect, it } from "vitest";
import { describeWith } from "../support/availability.ts";
import { freshTopicPrefix } from "../support/fresh-names.ts";
import { nmapXml } from "../support/nmap-xml.ts";
import { freePort } from "../support/ports.ts";
import { elasticsearchForTests, kafkaForTests } from "../support/servers.ts";
import { directoryWith, run } from "./command-line.ts";

/** An installation with several outputs, and one recorded scan of one host. */
function installation(outputs: string): string {
  return directoryWith({
    "one.xml": nmapXml({ hosts: [{ address: "10.0.0.5", ports: [{ port: 22 }] }] }),
    "tripline.yaml": `segment: office\ntargets: [10.0.0.0/24]\noutputs:\n${outputs}`,
  });
}

it("outbox status, status and doctor call each output by its name", async () => {
  const directory = installation("  file: { path: a.ndjson }\n  copy: { kind: file, path: b.ndjson }\n");
  const ran = await run(["scan", "--from-xml", "one.xml", "--emit", "-c", "tripline.yaml"], directory);
  expect(ran.code).toBe(0);
  const outbox = await run(["outbox", "status", "-c", "tripline.yaml"], directory);
  expect(outbox.out).toMatch(/^ +copy \(file\) +running +0 +0 /m);
  expect(outbox.out).toMatch(/^ +file +running +0 +0 /m);
  const status = JSON.parse((await run(["status", "--json", "-c", "tripline.yaml"], directory)).out);
  expect(status.outputs).toMatchObject([{ name: "copy" }, { name: "file" }]);
  const checks: readonly { readonly group: string }[] = JSON.parse(
    (await run(["doctor", "--json", "-c", "tripline.yaml"], directory)).out,
  );
  expect(checks.filter(({ group }) => group.startsWith("output"))).toMatchObject([
    { group: "output file", state: "ok" },
    { group: "output copy", state: "ok" },
  ]);
});

it("setup tries every output of the kind, and says which of them it could not reach", async () => {
  const broker = `127.0.0.1:${await freePort()}`;
  const kafka = `  kafka: { brokers: ["${broker}"] }\n  soc: { kind: kafka, brokers: ["${broker}"] }\n`;
  const directory = installation(kafka);
  const both = await run(["setup", "kafka", "--dry-run", "-c", "tripline.yaml"], directory);
  expect(both).toMatchObject({ code: 4, out: "" });
  expect(both.err).toMatch(/output kafka could not be set up: .*ECONNREFUSED.*TL151/);
  expect(both.err).toMatch(/output soc could not be set up: .*ECONNREFUSED.*TL151/);
  const one = await run(["setup", "kafka", "--dry-run", "--sink", "soc", "-c", "tripline.yaml"], directory);
  expect(one.err).not.toContain("output kafka");
});

it.each([
  ["kafka --sink nobody", "there is no output nobody of kind kafka (configured: kafka, soc) (TL150)"],
  ["kafka --sink file", "there is no output file of kind kafka (configured: kafka, soc) (TL150)"],
  ["elasticsearch", "no output of kind elasticsearch is configured (TL150)"],
])("setup %s is refused with what there is", async (words, told) => {
  const directory = installation(
    '  kafka: { brokers: ["k:1"] }\n  soc: { kind: kafka, brokers: ["k:2"] }\n  file: { path: a }\n',
  );
  const { code, err } = await run(["setup", ...words.split(" "), "-c", "tripline.yaml"], directory);
  expect(err).toContain(told);
  expect(code).toBe(2);
});

describeWith(await kafkaForTests(), "setup kafka", ({ brokers }) => {
  it("makes the topics of every Kafka output once, each told with its output", async () => {
    const [one, two] = [freshTopicPrefix(), freshTopicPrefix()];
    const at = JSON.stringify(brokers);
    const directory = installation(
      `  kafka: { brokers: ${at}, topic_prefix: ${one} }\n  soc: { kind: kafka, brokers: ${at}, topic_prefix: ${two} }\n`,
    );
    const first = await run(["setup", "kafka", "--json", "-c", "tripline.yaml"], directory);
    const topics: readonly unknown[] = JSON.parse(first.out);
    expect(first.code).toBe(0);
    expect(topics).toHaveLength(8);
    expect(topics).toMatchObject([
      ...Array(4).fill({ output: "kafka", state: "missing" }),
      ...Array(4).fill({ output: "soc" }),
    ]);
    const again = await run(["setup", "kafka", "-c", "tripline.yaml"], directory);
    expect(again.out).toContain(`soc    ${two}.scan`);
    expect(again.out.match(/ exists$/gm)).toHaveLength(8);
  });
});

describeWith(await elasticsearchForTests(), "setup elasticsearch", ({ url, username, password }) => {
  it("installs the templates for a named output, and finds them there the second time", async () => {
    const directory = installation(
      `  es-soc: { kind: elasticsearch, url: "${url}", username: ${username}, password: "${password}" }\n`,
    );
    const words = ["setup", "elasticsearch", "--profile", "core", "--sink", "es-soc", "--json", "-c", "tripline.yaml"];
    await run(words, directory);
    const { code, out } = await run(words, directory);
    const assets: readonly unknown[] = JSON.parse(out);
    expect(code).toBe(0);
    expect(assets.length).toBeGreaterThan(4);
    expect(assets).toMatchObject(assets.map(() => ({ output: "es-soc", state: "up to date" })));
  });
});
