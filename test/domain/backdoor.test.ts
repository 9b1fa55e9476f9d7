import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isBackdoor } from "../../src/domain/backdoor.ts";

const of = (service: string, product: string | null, extraInfo: string | null = null) => ({
  service,
  product,
  extraInfo,
});

describe("what nmap calls a backdoor", () => {
  it.each([
    ["marked in the extra information", of("bindshell", "Bash shell", "**BACKDOOR**; root shell")],
    ["marked in the product", of("backdoor", "**BACKDOOR**")],
    ["marked as malware", of("backdoor", "Linux.Flooder.SS C&C server", "**MALWARE**")],
    ["marked as a trojan", of("netdevil", "Net-Devil backdoor", "**TROJAN**")],
    ["a protocol of backdoors, without a mark", of("backdoor", "netcat -e", "misconfigured")],
    ["a shell without a mark", of("bindshell", "Metasploitable root shell")],
    ["a protocol of backdoors inside TLS", of("ssl/meterpreter", null)],
    ["a worm with an ordinary protocol", of("ftp", "Sasser worm minimal ftpd")],
    ["a worm by its file name", of("http", "bobax.worm.c httpd")],
    ["a trojan with an ordinary protocol", of("http", "HellBot Trojan httpd")],
    ["a rootkit", of("ssh", "meow SSH ROOTKIT", "protocol 1.5")],
    ["a back door of a manufacturer", of("scmm", "SerComm manufacturer backdoor")],
    ["malware in plain words", of("ftp", "Ramnit worm ftpd", "malware")],
    ["a command and control server", of("ratnj", "RatNJ C2 server", "malware")],
    ["spyware of a company", of("http", "Hacking Team Remote Control System command and control httpd")],
    ["an open root shell", of("telnet", "Linux telnetd", "unauthenticated root shell! Debian version 4.9")],
    ["a service that pretends to be another", of("ftp", "FTP masquerading as OpenSSH", "**BACKDOOR**")],
  ])("%s", (_, verdict) => {
    expect(isBackdoor(verdict)).toBe(true);
  });

  it.each([
    ["nothing at all", of("http", null)],
    ["an ordinary server", of("ssh", "OpenSSH", "protocol 2.0")],
    ["a virus scanner", of("smtp", "AvMailGate smtp anti-virus mail gateway")],
    ["another virus scanner", of("antivir", "Symantec AntiVirus Scan Engine")],
    ["a malware scanner", of("http", "Sunbelt Software CounterSpy Agent antimalware SOAP over HTTP")],
    ["a robot", of("ftp", "ABB Robotics ftpd", "VxWorks 5.5 rev 1  **A ROBOT**")],
    ["a service without a password", of("telnet", "utelnetd", "**NO PASSWORD**")],
    ["a shell with a login", of("ssh", "VanDyke VShell sshd", "protocol 2.0")],
    ["a remote shell daemon", of("shell", "Netkit rshd")],
    ["a bittorrent client that says it is none", of("bittorrent-tracker", "Transmission bittorrent tracker")],
  ])("not %s", (_, verdict) => {
    expect(isBackdoor(verdict)).toBe(false);
  });

  const FILE = "/usr/share/nmap/nmap-service-probes";
  it.runIf(existsSync(FILE))("every line that the installed nmap marks", () => {
    const marked = readFileSync(FILE, "latin1").split("\n").flatMap(markedLine);
    expect(marked.length).toBeGreaterThan(30);
    expect(marked.filter((verdict) => !isBackdoor(verdict))).toEqual([]);
  });
});

/** `match NAME m|…| p/PRODUCT/ i/EXTRA/` with a mark that is neither a robot nor a missing password. */
function markedLine(line: string) {
  const head = /^(?:soft)?match (\S+) m(.)/.exec(line);
  if (head === null) return [];
  const [all, service = "", delimiter = "|"] = head;
  const rest = line.slice(line.indexOf(delimiter, all.length) + 1);
  const field = (name: string) => new RegExp(`\\s${name}(\\W)(.*?)\\1`).exec(rest)?.[2] ?? null;
  const verdict = of(service, field("p"), field("i"));
  const marks = `${verdict.product} ${verdict.extraInfo}`.match(/\*\*[A-Z ]+\*\*/g) ?? [];
  return marks.some((mark) => !/ROBOT|PASSWORD/.test(mark)) ? [verdict] : [];
}
