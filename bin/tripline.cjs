#!/usr/bin/env node
"use strict";
// CommonJS in the syntax of old runtimes: it must be able to tell any Node.js, in words, that it is too old.
var childProcess = require("node:child_process");
var fs = require("node:fs");
var path = require("node:path");
var url = require("node:url");
var v8 = require("node:v8");

var EXIT_UNAVAILABLE = 69;
var FORWARDED_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"];
var root = path.resolve(__dirname, "..");

function newEnough(version) {
  var parts = version.split(".").map(Number);
  return parts[0] > 24 || (parts[0] === 24 && parts[1] >= 15);
}

function start() {
  muteKafkaTimerWarning();
  // On a big machine V8 lets the heap grow to four times what is in use; a sensor shares its machine with others.
  v8.setFlagsFromString("--heap-growing-percent=30");
  var compiled = path.join(root, "dist", "main.js");
  var entry = fs.existsSync(compiled) ? compiled : path.join(root, "src", "main.ts");
  return import(url.pathToFileURL(entry).href);
}

// kafkajs computes a negative timer once per process; nobody can act on the warning. `--disable-warning` would do the
// same, but only by starting a second process whose pid the service manager does not know.
function muteKafkaTimerWarning() {
  var printers = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", function print(warning) {
    if (warning.name === "TimeoutNegativeWarning") return;
    printers.forEach(function each(printer) {
      printer.call(process, warning);
    });
  });
}

// In a checkout `make setup` has put a new Node.js beside the machine's old one.
function startWith(node) {
  var child;
  // Before the child exists: a signal that comes while it starts must not end us and leave it behind.
  FORWARDED_SIGNALS.forEach(function forward(signal) {
    process.on(signal, function pass() {
      child.kill(signal);
    });
  });
  child = childProcess.spawn(node, [__filename].concat(process.argv.slice(2)), { stdio: "inherit" });
  child.on("exit", function mirror(code, signal) {
    FORWARDED_SIGNALS.forEach(function stop(name) {
      process.removeAllListeners(name);
    });
    if (signal !== null) process.kill(process.pid, signal);
    else process.exit(code);
  });
}

var checkoutNode = path.join(root, ".toolchain", "bin", "node");
if (newEnough(process.versions.node)) {
  start();
} else if (fs.existsSync(checkoutNode) && fs.realpathSync(checkoutNode) !== fs.realpathSync(process.execPath)) {
  startWith(checkoutNode);
} else {
  console.error("tripline needs Node.js 24.15 or newer; this is " + process.version + " (" + process.execPath + ").");
  console.error(
    "Fix: install Node.js 24 (https://nodejs.org), or run `make setup` in a checkout, which brings its own.",
  );
  process.exit(EXIT_UNAVAILABLE);
}
