import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import path from "node:path";
import { type HostSpec, nmapXmlParts, type PortSpec, type ScriptNode } from "../../test/support/nmap-xml.ts";

/** How much the second file of a pair differs: hosts per thousand with one more open port. */
export interface BenchFile {
  readonly path: string;
  readonly hosts: number;
  readonly changedPerMille: number;
}

/** A recorded scan of an office network: five services a host, TLS and SSH identity, an OS guess, closed ports listed. */
export async function writeBenchFile(file: BenchFile): Promise<void> {
  const out = createWriteStream(file.path);
  const hosts = Array.from({ length: file.hosts }, (_, i) => i);
  for (const part of nmapXmlParts({
    hosts: hosts.map((i) => benchHost(i, (i * 7919) % 1000 < file.changedPerMille)),
  })) {
    if (!out.write(part)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
}

function benchHost(i: number, changed: boolean): HostSpec {
  const address = `10.${Math.floor(i / 62_500) + 10}.${Math.floor(i / 250) % 250}.${(i % 250) + 1}`;
  return {
    address,
    vendor: "Intel Corporate",
    names: [`host-${i}.office.example.com`],
    ports: [...openPorts(i), ...closedPorts(), ...(changed ? [{ port: 4444 }] : [])],
    extraports: [{ state: "filtered", count: 1000 - 25 - (changed ? 6 : 5) }],
    os: {
      matches: [
        { name: "Linux 5.0 - 5.4", accuracy: 100, family: "Linux" },
        { name: "Linux 4.15 - 5.8", accuracy: 98, family: "Linux" },
      ],
      fingerprint: FINGERPRINT,
    },
    distance: 1,
    srtt: 200 + (i % 300),
  };
}

function openPorts(i: number): readonly PortSpec[] {
  return [
    {
      port: 22,
      service: {
        name: "ssh",
        product: "OpenSSH",
        version: "9.2p1 Debian 2+deb12u2",
        extrainfo: "protocol 2.0",
        cpe: ["cpe:/a:openbsd:openssh:9.2p1", "cpe:/o:linux:linux_kernel"],
      },
      scripts: [
        {
          id: "ssh-hostkey",
          output: `\n  256 ${fill(i, 32)} (ED25519)`,
          value: [sshKey("ssh-rsa", i, 544), sshKey("ecdsa-sha2-nistp256", i, 140), sshKey("ssh-ed25519", i, 68)],
        },
      ],
    },
    {
      port: 80,
      service: { name: "http", product: "nginx", version: "1.22.1", cpe: ["cpe:/a:igor_sysoev:nginx:1.22.1"] },
      // One script a port: ndiff 7.93 crashes on two.
      scripts: [{ id: "http-title", output: "Welcome to nginx!", value: { title: "Welcome to nginx!" } }],
    },
    {
      port: 443,
      service: { name: "http", product: "nginx", version: "1.22.1", tunnel: "ssl" },
      scripts: [
        {
          id: "ssl-cert",
          output: `Subject: commonName=host-${i}.office.example.com\nNot valid after:  2027-03-01T00:00:00`,
          value: certificate(i),
        },
      ],
    },
    { port: 3306, service: { name: "mysql", product: "MySQL", version: "8.0.36", conf: 10 } },
    {
      port: 9999,
      service: {
        name: "abyss",
        method: "table",
        servicefp: `SF-Port9999-TCP:V=7.93%I=7%D=3/1%Time=65E1${"\\x20data\\r\\n".repeat(90)}`,
      },
    },
  ];
}

function closedPorts(): readonly PortSpec[] {
  return Array.from({ length: 25 }, (_, n) => ({
    port: 100 + n,
    state: "closed",
    service: { name: "unknown", method: "table" },
  }));
}

function sshKey(type: string, i: number, length: number): ScriptNode {
  return { type, bits: "256", fingerprint: fill(i, 32), key: fill(i + length, length) };
}

function certificate(i: number): ScriptNode {
  return {
    subject: { commonName: `host-${i}.office.example.com` },
    issuer: { commonName: "Office CA", organizationName: "Example" },
    pubkey: { type: "rsa", bits: "2048", modulus: fill(i + 2, 512), exponent: "65537" },
    extensions: [
      { name: "X509v3 Subject Key Identifier", value: fill(i + 4, 59) },
      { name: "X509v3 Authority Key Identifier", value: fill(i + 5, 59) },
      { name: "X509v3 Basic Constraints", value: "CA:FALSE", critical: "true" },
    ],
    sig_algo: "sha256WithRSAEncryption",
    validity: { notBefore: "2026-03-01T00:00:00", notAfter: "2027-03-01T00:00:00" },
    md5: fill(i, 32),
    sha1: fill(i, 40),
    pem: PEM,
  };
}

/** A real certificate, so that reading its key costs what it costs. */
const PEM = realCertificate();

function realCertificate(): string {
  const file = path.join(import.meta.dirname, "../../test/fixtures/nmap/real/services.xml");
  const raw = /-&#45;&#45;&#45;&#45;BEGIN CERTIFICATE.*?<\/elem>/s.exec(readFileSync(file, "latin1"))?.[0];
  if (raw === undefined) throw new Error(`no certificate in ${file}`);
  return raw.replace("</elem>", "").replaceAll("&#45;", "-").replaceAll("&#xa;", "\n");
}

/** Different on every host, the same in every run. */
function fill(seed: number, length: number): string {
  let text = "";
  let state = (seed + 1) * 2_654_435_761;
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += state.toString(36);
  }
  return text.slice(0, length);
}

const FINGERPRINT =
  "OS:SCAN(V=7.93%E=4%D=3/1%OT=22%CT=100%CU=31337%PV=Y%DS=1%DC=D%G=Y%M=001B21%TM\nOS:=65E1F0A2%P=x86_64-pc-linux-gnu)SEQ(SP=104%GCD=1%ISR=10A%TI=Z%CI=Z%II=I%TS=A)\nOS:OPS(O1=M5B4ST11NW7%O2=M5B4ST11NW7%O3=M5B4NNT11NW7%O4=M5B4ST11NW7%O5=M5B4ST11NW7%O6=M5B4ST11)\nOS:WIN(W1=FE88%W2=FE88%W3=FE88%W4=FE88%W5=FE88%W6=FE88)ECN(R=Y%DF=Y%T=40%W=FAF0%O=M5B4NNSNW7%CC=Y%Q=)\nOS:T1(R=Y%DF=Y%T=40%S=O%A=S+%F=AS%RD=0%Q=)T2(R=N)T3(R=N)T4(R=Y%DF=Y%T=40%W=0%S=A%A=Z%F=R%O=%RD=0%Q=)\n";
