/** What a service says of itself, as nmap read it. */
export interface Verdict {
  readonly service: string | null;
  readonly product: string | null;
  readonly extraInfo: string | null;
}

/** How `nmap-service-probes` marks what it takes for malicious, in product or extra information. */
const MARKS = /\*\*\s*(?:BACKDOOR|MALWARE|TROJAN|ROOTKIT|WORM|VIRUS)\s*\*\*/i;
/** Protocols that only such programs speak, by nmap's names. */
const SERVICES: ReadonlySet<string> = new Set([
  "arucer",
  "backdoor",
  "backorifice",
  "bindshell",
  "darkcomet",
  "meterpreter",
  "mydoom",
  "netbus",
  "netdevil",
  "ratnj",
  "rmmd",
  "spy-net",
  "winshell",
]);
/** The same in words, for the lines without a mark: `Sasser worm minimal ftpd`, `meow SSH ROOTKIT`, `RatNJ C2 server`. */
const WORDS =
  /\b(?:backdoor|trojan|rootkit|worm|keylogger|root shell|bind shell|meterpreter|browser_autopwn|C2 server|command and control)\b|\bC&C\b/i;
/** Extra information that says it without naming a program. */
const PLAIN = /\bmalware\b|\bunauthenticated root shell\b/i;

/** Whether nmap recognised a backdoor, a malware's own service or an open shell. Only what the service itself answered counts. */
export function isBackdoor({ service, product, extraInfo }: Verdict): boolean {
  if (SERVICES.has(bare(service))) return true;
  if (product !== null && (MARKS.test(product) || WORDS.test(product))) return true;
  return extraInfo !== null && (MARKS.test(extraInfo) || PLAIN.test(extraInfo));
}

function bare(service: string | null): string {
  return (service ?? "").toLowerCase().replace(/^(?:ssl|tls)\//, "");
}
