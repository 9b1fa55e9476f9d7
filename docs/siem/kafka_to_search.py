"""Reads Tripline's events from Kafka and writes them into the data streams of an OpenSearch or Elasticsearch.

    python kafka_to_search.py --brokers kafka-1:9092 --url http://localhost:9200

Needs `pip install confluent-kafka` (librdkafka). Offsets are committed after the server has answered for every event, so
that a crash repeats events and loses none; `create` with the event id as document id makes a repetition harmless.
"""

import argparse
import json
import os
import sys
import urllib.request

from confluent_kafka import Consumer, KafkaError, KafkaException

FAMILIES = ["anomaly", "scan", "observation", "audit"]
# 409: the event is there already. Everything else that is no 2xx was not taken.
TAKEN = {200, 201, 409}


def main():
    options = arguments()
    consumer = Consumer(
        {
            "bootstrap.servers": options.brokers,
            "group.id": options.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    topics = [f"{options.prefix}.{family}" for family in FAMILIES]
    consumer.subscribe(topics)
    counts = {"created": 0, "present": 0, "refused": 0}
    try:
        ended = set()
        while not (options.once and len(ended) >= partitions(consumer, topics)):
            batch = []
            for message in consumer.consume(num_messages=options.batch, timeout=1.0):
                place = (message.topic(), message.partition())
                if message.error() is None:
                    batch.append(message)
                elif message.error().code() == KafkaError._PARTITION_EOF:
                    ended.add(place)
                else:
                    raise KafkaException(message.error())
            if batch:
                write(options, batch, counts)
                consumer.commit(asynchronous=False)
    finally:
        consumer.close()
        print(json.dumps(counts))
    return 1 if counts["refused"] else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brokers", required=True, help="host:port,host:port")
    parser.add_argument("--prefix", default="tripline", help="of the topics")
    parser.add_argument("--group", default="tripline-to-search", help="consumer group")
    parser.add_argument("--url", required=True, help="of the search server")
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--once", action="store_true", help="end at the end of the topics")
    return parser.parse_args()


def partitions(consumer, topics):
    found = consumer.list_topics(timeout=10).topics
    return sum(len(found[topic].partitions) for topic in topics if topic in found)


def write(options, batch, counts):
    """One bulk request. The body of the event goes out as it came: it names its own data stream."""
    lines = []
    for message in batch:
        headers = dict(message.headers() or [])
        stream = json.loads(message.value())["data_stream"]
        index = f"{stream['type']}-{stream['dataset']}-{stream['namespace']}"
        lines.append(json.dumps({"create": {"_index": index, "_id": headers["event-id"].decode()}}).encode())
        lines.append(message.value())
    for item in post(options.url, b"\n".join(lines) + b"\n")["items"]:
        answer = item["create"]
        if answer["status"] not in TAKEN:
            counts["refused"] += 1
            print(f"refused {answer['_id']}: {json.dumps(answer.get('error'))}", file=sys.stderr)
        else:
            counts["present" if answer["status"] == 409 else "created"] += 1


def post(url, body):
    headers = {"content-type": "application/x-ndjson"}
    if "SEARCH_AUTHORIZATION" in os.environ:
        headers["authorization"] = os.environ["SEARCH_AUTHORIZATION"]
    request = urllib.request.Request(f"{url}/_bulk", data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
