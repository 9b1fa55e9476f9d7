import { describe, expect, it } from "vitest";
import { isMadeFromAddress } from "../../src/domain/made-name.ts";

describe("a name that is made from its address", () => {
  it.each([
    ["host-10-0-0-5", "10.0.0.5"],
    ["ip-10-0-0-5.eu-west-1.compute.internal", "10.0.0.5"],
    ["dhcp-5.corp.example", "10.0.0.5"],
    ["dhcp-0-5.corp.example", "10.0.0.5"],
    ["client005.corp.example", "10.0.0.5"],
    ["host010-000-000-005", "10.0.0.5"],
    ["pool010000000005.isp.example", "10.0.0.5"],
    ["5.0.0.10.dyn.isp.example", "10.0.0.5"],
    ["p5-0-0-10.isp.example", "10.0.0.5"],
    ["ip-0a000005.corp.example", "10.0.0.5"],
    ["x-192-168-1-77", "192.168.1.77"],
    ["IP-10-0-0-5", "10.0.0.5"],
    ["fd00--5.corp.example", "fd00::5"],
    ["host-fd00--5", "fd00::5"],
    ["fd000000000000000000000000000005.isp.example", "fd00::5"],
  ])("%s of %s", (name, address) => {
    expect(isMadeFromAddress(name, address)).toBe(true);
  });

  it.each([
    ["web-5.corp.example", "10.0.0.5", "a chosen word beside the number"],
    ["srv5", "10.0.0.5", "a chosen word"],
    ["dhcp-6.corp.example", "10.0.0.5", "another number"],
    ["host-10-0-0-6", "10.0.0.5", "another address"],
    ["dhcp.corp.example", "10.0.0.5", "no number at all"],
    ["mail.corp.example", "10.0.0.5", "a plain name"],
    ["node-fd00--6", "fd00::5", "another address"],
    ["", "10.0.0.5", "nothing"],
  ])("not %s of %s: %s", (name, address) => {
    expect(isMadeFromAddress(name, address)).toBe(false);
  });
});
