import { describe, expect, it } from "vitest";
import { certificateText, knownCertificate } from "../../src/domain/certificate.ts";
import { certificateReasons } from "../../src/domain/certificate-change.ts";

const CORP = {
  issuer: "Issuing CA 1",
  organisation: "Example Corp",
  names: ["a.example", "b.example"],
  selfSigned: false,
};
const SELF = { issuer: "a.example", organisation: null, names: ["a.example", "b.example"], selfSigned: true };
const LONE = { ...CORP, issuer: "Build CA", organisation: null };

describe("why a certificate is not just the former one again", () => {
  it.each([
    ["the same", CORP, CORP, []],
    ["the next issuing certificate of one organisation", CORP, { ...CORP, issuer: "Issuing CA 2" }, []],
    ["an organisation in other letters", CORP, { ...CORP, organisation: "EXAMPLE CORP" }, []],
    ["another organisation under the same name", CORP, { ...CORP, organisation: "Evil Ltd" }, ["foreign-issuer"]],
    ["an issuer that lost its organisation", CORP, { ...CORP, organisation: null }, ["foreign-issuer"]],
    ["another issuer without an organisation", LONE, { ...LONE, issuer: "Evil CA" }, ["foreign-issuer"]],
    ["self-signed instead", CORP, SELF, ["self-signed", "foreign-issuer"]],
    ["issued instead of self-signed", SELF, CORP, ["foreign-issuer"]],
    ["a name less", CORP, { ...CORP, names: ["a.example"] }, ["name-lost"]],
    ["a name more", CORP, { ...CORP, names: [...CORP.names, "c.example"] }, []],
    ["a wildcard for all of them", CORP, { ...CORP, names: ["*.example"] }, []],
    ["a wildcard that covers itself", { ...CORP, names: ["*.example"] }, { ...CORP, names: ["*.example"] }, []],
    ["names instead of their wildcard", { ...CORP, names: ["*.example"] }, CORP, ["name-lost"]],
  ])("%s", (_, before, now, expected) => {
    expect(certificateReasons(before, now)).toEqual(expected);
  });

  it.each([CORP, SELF, LONE])("is remembered as a text and read back: $issuer", (certificate) => {
    expect(knownCertificate(certificateText({ ...certificate, notBefore: 1 }))).toEqual(certificate);
  });

  it("is unknown for a memory that has none", () => {
    expect([knownCertificate(undefined), knownCertificate("x"), knownCertificate("[]")]).toEqual([null, null, null]);
  });
});
