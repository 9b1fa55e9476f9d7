import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mappings } from "../../scripts/assets/mappings.ts";
import { createKafkaSink } from "../../src/deliver/sinks/kafka/sink.ts";
import { lastLines, runCommand } from "../../test/support/command.ts";
import type { SearchAccess } from "../../test/support/elasticsearch/access.ts";
import { documentLines } from "./measure/documents.ts";
import { equal, type Line, type Section } from "./measure/lines.ts";
import { mappingLines } from "./measure/mapping.ts";
import { sameBytes } from "./measure/same-bytes.ts";
import { sendStory } from "./measure/send.ts";
import type { Tally } from "./measure/tally.ts";
import { consume } from "./servers/consumer.ts";
import { refresh, searchOf } from "./servers/search.ts";
import { runSetup } from "./servers/setup.ts";
import type { Told } from "./story/tell.ts";

/** Where the story goes: an OpenSearch, the Kafka before it, and the Python of the consumer between them. */
export interface OtherPlace {
  readonly server: SearchAccess;
  readonly brokers: readonly string[];
  readonly python: string;
  /** Of the topics, and of the consumer groups. */
  readonly prefix: string;
  readonly directory: string;
}

/** The same events in an OpenSearch: assets from files, events by the Kafka output and the documented consumer. */
export async function openSearchSection(
  place: OtherPlace,
  { told, tally }: { readonly told: readonly Told[]; readonly tally: Tally },
): Promise<Section> {
  const { server, brokers, prefix } = place;
  await installAssets(place);
  await runSetup(kafkaConfiguration(place), "kafka");
  const sink = createKafkaSink({ brokers, prefix, compression: "none" });
  const sent = await sendStory(told, sink);
  await sink.close(1000);
  const once = await consume(place, `${prefix}-once`);
  const again = await consume(place, `${prefix}-again`);
  const index = [...tally.streams.keys()].join(",");
  await refresh(server, index);
  const search = searchOf(server);
  const lines: readonly Line[] = [
    equal("sent to Kafka", tally.documents, sent.delivered),
    equal("taken from the consumer", tally.documents, once.created),
    equal("refused", 0, once.refused + again.refused),
    equal("there already when read again", tally.documents, again.present),
    ...(await documentLines(search, tally)),
    ...(await mappingLines(search, index, mappings("opensearch"))),
    equal("documents that are not as they were sent", 0, await sameBytes(search, index, told)),
  ];
  return { title: "OpenSearch, through Kafka", about: ABOUT, lines };
}

const ABOUT =
  "Assets by `tripline setup elasticsearch --profile opensearch --to-dir`, events by the Kafka output and " +
  "`docs/siem/kafka_to_search.py`, read twice.";

async function installAssets({ server, directory }: OtherPlace): Promise<void> {
  const files = join(directory, "opensearch");
  mkdirSync(files, { recursive: true });
  const configuration = join(directory, "files.yaml");
  const output = `elasticsearch: { url: "${server.url}" }`;
  writeFileSync(configuration, `segment: setup\ntargets: [127.0.0.1]\noutputs:\n  ${output}\n`, { mode: 0o600 });
  await runSetup(configuration, "elasticsearch", "--profile", "opensearch", "--to-dir", files);
  const { ok, output: said } = await runCommand("env", [`URL=${server.url}`, "sh", "install.sh"], files);
  if (!ok) throw new Error(`install.sh failed: ${lastLines(said, 10)}`);
}

function kafkaConfiguration({ directory, brokers, prefix }: OtherPlace): string {
  const file = join(directory, "kafka.yaml");
  const output = `kafka: { brokers: ${JSON.stringify(brokers)}, topic_prefix: ${prefix} }`;
  writeFileSync(file, `segment: setup\ntargets: [127.0.0.1]\noutputs:\n  ${output}\n`, { mode: 0o600 });
  return file;
}
