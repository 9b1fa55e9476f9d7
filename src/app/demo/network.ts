import { type Behaviour, type Listener, startListener } from "./services.ts";

/** The little network of the demo, before and after the changes: real listeners on loopback addresses. */
const WEB = "127.0.10.1";
const MAIL = "127.0.10.2";
const FILES = "127.0.10.3";

export interface Service {
  readonly address: string;
  readonly port: number;
  readonly behaviour: Behaviour;
}

const NGINX: Behaviour = { http: { server: "nginx/1.26.2", title: "Billing" } };

export const BEFORE: readonly Service[] = [
  { address: WEB, port: 8022, behaviour: { banner: "SSH-2.0-OpenSSH_9.6p1 Debian-4\r\n" } },
  { address: WEB, port: 8080, behaviour: NGINX },
  { address: MAIL, port: 8025, behaviour: { banner: "220 mail.demo.example ESMTP Postfix (Debian/GNU)\r\n" } },
  { address: FILES, port: 8021, behaviour: { banner: "220 (vsFTPd 3.0.3)\r\n" } },
  { address: FILES, port: 8110, behaviour: { banner: "+OK Dovecot ready.\r\n" } },
];

/** What changes in the demo network. */
export const AFTER: readonly Service[] = [
  { address: WEB, port: 8022, behaviour: { banner: "SSH-2.0-OpenSSH_7.2p2 Ubuntu-4\r\n" } },
  { address: WEB, port: 8081, behaviour: NGINX },
  { address: MAIL, port: 8025, behaviour: { banner: "220 mail.demo.example ESMTP Postfix (Debian/GNU)\r\n" } },
  { address: MAIL, port: 4444, behaviour: { banner: "\u0001\u0002?\r\n" } },
  { address: FILES, port: 8021, behaviour: { banner: "SSH-2.0-dropbear_2022.83\r\n" } },
  { address: FILES, port: 8110, behaviour: { banner: "+OK Courier POP3 ready.\r\n" } },
];

/** What the demo changes, and the anomaly that must come of it. */
export const CHANGES = [
  { where: `${MAIL}:4444/tcp`, what: "opens and speaks no known protocol", found: "undeclared-port" },
  { where: `${WEB}:8022/tcp`, what: "SSH is downgraded from OpenSSH 9.6p1 to 7.2p2", found: "version-downgraded" },
  { where: `${WEB}:8081/tcp`, what: "the web server declared on 8080 now answers here", found: "port-moved" },
  { where: `${FILES}:8021/tcp`, what: "an SSH server replaces the FTP server", found: "service-mismatch" },
  { where: `${FILES}:8110/tcp`, what: "the POP3 server shows a different banner", found: "banner-changed" },
] as const;

/** `address:port/tcp` of everything that belongs to the demo; other programs may listen on all addresses. */
export const OWN: ReadonlySet<string> = new Set([...BEFORE, ...AFTER].map((one) => `${one.address}:${one.port}/tcp`));

export interface Network {
  stop(): Promise<void>;
}

export async function startNetwork(services: readonly Service[]): Promise<Network> {
  const listeners: Listener[] = [];
  try {
    for (const { address, port, behaviour } of services) listeners.push(await startListener(address, port, behaviour));
  } catch (error) {
    await stopAll(listeners);
    throw error;
  }
  return { stop: () => stopAll(listeners) };
}

async function stopAll(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.stop()));
}

/** `nmap` is a path, or a name looked up in the system's folders. */
export function configText(nmap: string): string {
  return `segment: demo
targets: [127.0.10.1-4]
ports: [21, 22, 25, 80, 443, 4444, "8000-8120"]
pace: normal
os_detection: false                    # loopback has one operating system, and asking costs 11 s
declared:
  - inventory: ./inventory.csv
nmap: { path: ${JSON.stringify(nmap)} }
`;
}

export const INVENTORY = `host,port,proto,service,owner
127.0.10.1,8022,tcp,ssh,web-team
127.0.10.1,8080,tcp,http,web-team
127.0.10.2,8025,tcp,smtp,mail-team
127.0.10.3,8021,tcp,ftp,file-team
127.0.10.3,8110,tcp,pop3,mail-team
`;
