# `make demo` and `make test` are all a fresh machine needs: they do the set-up themselves.
# Required beforehand: npm, and root or sudo if nmap is not installed yet.
export PATH := $(CURDIR)/.toolchain/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup nmap demo install uninstall test check types lint format-check unused shell audit build bench-xml bench-noise bench-kill bench-cluster bench-store bench-memory bench-volume bench-demo bench-shape bench-churn bench-siem fit-scoring events-digest clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

setup: .toolchain/node.stamp node_modules/.stamp nmap ## Node.js 24, npm dependencies, nmap

# Stamp files, because make would date a link by its target.
.toolchain/node.stamp: scripts/setup tools/node/package.json tools/node/package-lock.json
	@scripts/setup node
	@touch $@

node_modules/.stamp: .toolchain/node.stamp package.json package-lock.json
	@scripts/setup packages
	@touch $@

nmap:
	@command -v nmap >/dev/null || scripts/setup nmap

demo: setup ## the main job on loopback with a real nmap, about ten seconds
	@node bin/tripline.cjs demo

PREFIX ?= /usr/local
DESTDIR ?=
install: setup ## `tripline` as a command, below PREFIX (/usr/local); needs neither this checkout nor the machine's node
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' node scripts/install.ts

uninstall: .toolchain/node.stamp ## remove what install put there; configuration and state stay
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' node scripts/install.ts --remove

test: setup ## all tests
	@npm test --silent

check: setup types lint format-check unused shell audit ## types, lint, format, unused code, shell scripts, known vulnerabilities

types lint format-check unused: setup
types:
	@npm run --silent types
lint:
	@npm run --silent lint
format-check:
	@npm run --silent format:check
unused:
	@npm run --silent unused

shell:
	@if command -v shellcheck >/dev/null; then shellcheck scripts/setup scripts/clean-debian .ci/run config/docker/tripline; \
	else echo "shell: shellcheck is not installed, shell scripts not checked (apt-get install shellcheck)"; fi

audit: setup
	@npm run --silent audit:known

build: setup ## compile to dist/, as the npm package ships it
	@npm run --silent build

bench-xml: setup ## memory and speed of the XML reader, compared with a whole-document parse and ndiff
	@npm run --silent bench:xml

bench-noise: setup ## false alarms, compared with ndiff
	@npm run --silent bench:noise

bench-kill: setup ## kill -9 at random moments: events lost and duplicated
	@npm run --silent bench:kill

bench-cluster: setup ## moving leaders of a Kafka of two brokers: events lost and duplicated, beside plain kafkajs
	@npm run --silent bench:cluster

bench-store: setup ## commits of cycles and shards, and how long they hold the event loop
	@npm run --silent bench:store

bench-memory: setup ## 10,000 hosts over 64 scans and 200 hosts over two years: memory, disk and CPU as they grow
	@npm run --silent bench:memory

bench-volume: setup ## what a month of a seeded network sends: events and bytes a day, by what they are
	@npm run --silent bench:volume

bench-demo: setup ## 30 demos, a third of them on a busy machine: does each show every scene?
	@npm run --silent bench:demo

bench-shape: setup ## files that a change touches, and the rooms beside an older commit
	@npm run --silent bench:shape

bench-churn: setup ## months of a seeded network: false alerts, what is missed, how late (up to an hour on two cores)
	@npm run --silent bench:churn

bench-siem: setup ## a seeded story of two weeks in real servers: documents, field types, every panel and rule, duplicates
	@npm run --silent bench:siem

fit-scoring: setup ## weights of the score from months of the seeded network, into src/domain/kinds and rules/scoring
	@npm run --silent fit:scoring

events-digest: setup ## one value for the events of all recorded series: did a change of the code change an event?
	@npm run --silent events:digest

clean: ## remove everything the set-up and the build made
	rm -rf .toolchain node_modules tools/node/node_modules dist coverage
