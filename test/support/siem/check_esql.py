"""Parses and type-checks ES|QL without a server, and asks what Elastic asks of the queries of its own rules.

Input: {"mapping": {field: type}, "queries": {name: text}} as JSON. Output: {name: what is wrong} as JSON, empty when all is well.
"""

import json
import sys

import esql

asked = json.load(sys.stdin)
wrong = {}
with esql.Schema(asked["mapping"]):
    for name, text in asked["queries"].items():
        try:
            esql.validate_detection_rule_query(esql.parse_query(text), name)
        except esql.EsqlError as error:
            wrong[name] = f"{type(error).__name__}: {error}"
print(json.dumps(wrong))
