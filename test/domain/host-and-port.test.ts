import { describe, expect, it } from "vitest";
import { hostAndPort } from "../../src/domain/host-and-port.ts";

describe("a host, with or without a port", () => {
  it.each([
    ["10.0.0.5", { host: "10.0.0.5", port: null }],
    ["10.0.0.5:22", { host: "10.0.0.5", port: "22/tcp" }],
    ["10.0.0.5:53/udp", { host: "10.0.0.5", port: "53/udp" }],
    ["web1.corp.example:443", { host: "web1.corp.example", port: "443/tcp" }],
    ["web1", { host: "web1", port: null }],
    ["2001:db8::5", { host: "2001:db8::5", port: null }],
    ["[2001:db8::5]", { host: "2001:db8::5", port: null }],
    ["[2001:db8::5]:22", { host: "2001:db8::5", port: "22/tcp" }],
  ])("%s", (text, expected) => {
    expect(hostAndPort(text)).toEqual(expected);
  });

  it.each([
    "10.0.0.5:ssh",
    "10.0.0.5:0x16",
    "10.0.0.5:65536",
    "10.0.0.5:",
    "web1:22:23",
    "[2001:db8::5]:",
    "10.0.0.5:22/ip",
  ])("%s is not written so", (text) => {
    expect(hostAndPort(text)).toBeNull();
  });
});
