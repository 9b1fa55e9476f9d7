import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, it } from "vitest";
import { createKafkaSink } from "../../../../src/deliver/sinks/kafka/sink.ts";
import type { OutboxRow } from "../../../../src/domain/ports/sink.ts";
import { describeWith } from "../../../support/availability.ts";
import { kafkaForTests } from "../../../support/servers.ts";

const kafka = await kafkaForTests();

const ROW: OutboxRow = {
  seq: 1,
  id: "a",
  family: "anomaly",
  key: "k",
  namespace: "default",
  severity: null,
  body: "{}",
  digest: "",
  createdAt: 0,
};

/** A way to the broker that holds back what the broker says until it is opened. */
async function gateTo(address: string) {
  const [host = "", port = ""] = address.split(":");
  const opened = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<Socket>();
  const server = createServer((client) => {
    const broker = connect(Number(port), host);
    client.pipe(broker);
    client.on("error", () => broker.destroy());
    broker.on("error", () => client.destroy());
    void opened.promise.then(() => broker.pipe(client));
    arrived.resolve(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${own}`,
    arrived: arrived.promise,
    open: () => opened.resolve(),
    close: () => server.close(),
  };
}

describeWith(kafka, "a Kafka sink that is given up while it connects", (server) => {
  it("keeps no connection, which would keep the stopped agent alive for ever", async () => {
    const gate = await gateTo(server.brokers[0] ?? "");
    const sink = createKafkaSink({ brokers: [gate.address], compression: "none", prefix: "late" });
    const stopping = new AbortController();
    const sent = sink.send([ROW], stopping.signal);
    const connection = await gate.arrived;
    const closed = once(connection, "close");

    stopping.abort();
    await sink.close(1_000);
    gate.open();

    expect(await sent).toMatchObject({ kind: "settled", outcomes: [{ kind: "retry" }] });
    await closed;
    gate.close();
  });
});
