import { type Behaviour, type Listener, startListener } from "./services.ts";

/** The little network of the demo, before and after the changes: real listeners on loopback addresses. */
const WEB = "127.0.10.1";
const MAIL = "127.0.10.2";
const FILES = "127.0.10.3";

interface Service {
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

/** What happens behind the operator's back. */
export const AFTER: readonly Service[] = [
  { address: WEB, port: 8022, behaviour: { banner: "SSH-2.0-OpenSSH_7.2p2 Ubuntu-4\r\n" } },
  { address: WEB, port: 8081, behaviour: NGINX },
  { address: MAIL, port: 8025, behaviour: { banner: "220 mail.demo.example ESMTP Postfix (Debian/GNU)\r\n" } },
  { address: MAIL, port: 4444, behaviour: { banner: "\u0001\u0002?\r\n" } },
  { address: FILES, port: 8021, behaviour: { banner: "SSH-2.0-dropbear_2022.83\r\n" } },
  { address: FILES, port: 8110, behaviour: { banner: "+OK Courier POP3 ready.\r\n" } },
];

export const CHANGES = [
  `${MAIL}: port 4444 opens and speaks nothing known`,
  `${WEB}: SSH on 8022 goes back from OpenSSH 9.6p1 to 7.2p2`,
  `${WEB}: the web server moves from 8080, where inventory.csv declares it, to 8081`,
  `${FILES}: the FTP server on 8021 is replaced by an SSH server`,
  `${FILES}: the POP3 server on 8110 shows another banner`,
];

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

export const CONFIG = `segment: demo
targets: [127.0.10.1-4]
ports: [21, 22, 25, 80, 443, 4444, "8000-8120"]
pace: normal
os_detection: false                    # loopback has one operating system, and asking costs 11 s
declared:
  - inventory: ./inventory.csv
`;

export const INVENTORY = `host,port,proto,service,owner
127.0.10.1,8022,tcp,ssh,web-team
127.0.10.1,8080,tcp,http,web-team
127.0.10.2,8025,tcp,smtp,mail-team
127.0.10.3,8021,tcp,ftp,file-team
127.0.10.3,8110,tcp,pop3,mail-team
`;
