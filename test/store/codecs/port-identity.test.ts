import { describe, expect, it } from "vitest";
import { decodeJson, encodeJson } from "../../../src/store/codecs/json.ts";
import { portIdentity } from "../../../src/store/codecs/port-identity.ts";

/** As 0.1.0 stored them. */
const OLD: readonly (readonly [name: string, text: string])[] = [
  [
    "a certificate and a title",
    '{"ssh":null,"tls":"ab","tlsIssuer":"CA","tlsSubject":"web","tlsNotAfter":1,"tlsSelfSigned":false,"certificate":{"issuer":"CA","organisation":null,"names":["web"],"selfSigned":false,"notBefore":null},"banner":null,"httpTitle":"Welcome"}',
  ],
  [
    "keys and a banner",
    '{"ssh":"ssh-rsa:ab","tls":null,"tlsIssuer":null,"tlsSubject":null,"tlsNotAfter":null,"tlsSelfSigned":null,"banner":"SSH-2.0","httpTitle":null}',
  ],
];

describe("what scripts told of a port", () => {
  it.each(OLD)("is read from an old state and written as it was: %s", (_, text) => {
    expect(encodeJson(portIdentity, decodeJson(portIdentity, text))).toBe(text);
  });

  it("is nothing where an old state has null", () => {
    expect(decodeJson(portIdentity, OLD[1]?.[1])).toEqual({
      values: { ssh: "ssh-rsa:ab", banner: "SSH-2.0" },
      certificate: {},
    });
  });

  it("needs no new column for the value of a new script", () => {
    const told = { values: { tls: "ab", redis_auth: "no" }, certificate: {} };
    expect(decodeJson(portIdentity, encodeJson(portIdentity, told))).toEqual(told);
  });
});
