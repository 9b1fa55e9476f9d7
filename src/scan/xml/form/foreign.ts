import { cleanText } from "../../../domain/clean-text.ts";
import { type DocumentProblem, runProblem } from "../document.ts";

/** What a file is instead of nmap XML, and what its owner can do: a sentence about "it". */
type Sentence = string;

const SCAN = "scan the same targets with nmap -oX FILE";
const XML = "give the .xml of that scan (-oX, -oA)";

const MAGIC: readonly (readonly [bytes: string, sentence: Sentence])[] = [
  ["\x1f\x8b", "it is compressed with gzip; unpack it first (gunzip FILE)"],
  ["\x28\xb5\x2f\xfd", "it is compressed with zstd; unpack it first (unzstd FILE)"],
  ["\xfd7zXZ\x00", "it is compressed with xz; unpack it first (unxz FILE)"],
  ["BZh", "it is compressed with bzip2; unpack it first (bunzip2 FILE)"],
  ["\x04\x22\x4d\x18", "it is compressed with lz4; unpack it first (unlz4 FILE)"],
  ["PK\x03\x04", "it is a ZIP archive or an Office file; unpack it first (unzip FILE)"],
  ["PK\x05\x06", "it is an empty ZIP archive"],
  ["7z\xbc\xaf\x27\x1c", "it is a 7-Zip archive; unpack it first (7z x FILE)"],
  ["\xd4\xc3\xb2\xa1", `it is a packet capture (pcap), not a scan; ${SCAN}`],
  ["\xa1\xb2\xc3\xd4", `it is a packet capture (pcap), not a scan; ${SCAN}`],
  ["\x4d\x3c\xb2\xa1", `it is a packet capture (pcap), not a scan; ${SCAN}`],
  ["\xa1\xb2\x3c\x4d", `it is a packet capture (pcap), not a scan; ${SCAN}`],
  ["\x0a\x0d\x0d\x0a", `it is a packet capture (pcapng), not a scan; ${SCAN}`],
  ["masscan/", `masscan wrote it (-oB), not nmap; ${SCAN}`],
  ["%PDF-", `it is a PDF document, not nmap XML; ${SCAN}`],
  ["SQLite format 3\x00", "it is an SQLite database, not nmap XML; give the XML files themselves"],
];

const TAR_AT = 257;

/** For a file that is not text at all; null: it may be text. */
export function binarySentence(head: Buffer): Sentence | null {
  const start = head.toString("latin1", 0, 300);
  const known = MAGIC.find(([bytes]) => start.startsWith(bytes));
  if (known !== undefined) return known[1];
  return start.startsWith("ustar", TAR_AT) ? "it is a tar archive; unpack it first (tar -xf FILE)" : null;
}

const BEGINNINGS: readonly (readonly [pattern: RegExp, sentence: Sentence])[] = [
  [/^#\s*masscan|\n#\s*masscan|^open (?:tcp|udp) \d+ [\d.a-f:]+ \d+$/im, `masscan wrote it, not nmap; ${SCAN}`],
  [/^Host: \S+ \(.*?\)\s+(?:Status|Ports): /m, `it is nmap's grepable output (-oG): ${XML}`],
  [
    /^(?:# nmap [\d.]|starting nmap|nmap scan report for|(?:all \d+ scanned|interesting) ports on|nmap done: )/im,
    `it is nmap's normal output (-oN): ${XML}`,
  ],
  [/[s$5]t[a4@]rt[i1!|]ng nm[a4@]p/i, `it is nmap's output for script kiddies (-oS): ${XML}`],
];
const JSON_START = /^[\s\u0000\u00bb\u00bf\u00ef]*(?:\{\s*["}]|\[\s*(?:[{[\]"]|$))/;
const MASSCAN_JSON = /"ip"\s*:\s*"[^"]*",\s*"timestamp"\s*:\s*"[^"]*",\s*"ports"/;
const NAABU_JSON = /"ip"\s*:.{0,200}"port"\s*:/;
const CSV = /^(?:[^\n,;\t]{1,60}[,;\t]){2,}[^\n,;\t]{0,60}\r?$/m;
const QUOTED = 30;

/** For text in which no XML stands. Only its beginning is given. */
export function textSentence(text: string): Sentence {
  if (isJson(text)) return jsonSentence(text);
  const known = BEGINNINGS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  if (text.includes("\u0000")) return `it is a binary file, not nmap XML; ${SCAN}`;
  if (text.includes("</nmaprun>")) return BEHEADED;
  const [line = ""] = text.trimStart().split("\n", 1);
  if (CSV.test(line)) return `it is a table (CSV), not nmap XML; ${SCAN}`;
  return `it holds no XML, it begins with "${shown(line)}"; ${SCAN}`;
}

/** Also for a document in a string of JSON, which is not to be taken for text in front of it. */
export function isJson(text: string): boolean {
  return JSON_START.test(text);
}

function jsonSentence(text: string): Sentence {
  if (MASSCAN_JSON.test(text)) return `masscan wrote it (JSON), not nmap; ${SCAN}`;
  if (NAABU_JSON.test(text)) return `it is JSON as naabu writes it, not nmap XML; ${SCAN}`;
  return `it is JSON, not nmap XML; ${SCAN}`;
}

const BEHEADED = "its beginning is missing, with the start tag of nmaprun; copy the file again";
const NMAP_CHILDREN = new Set(
  "address debugging finished host hosthint hosts hostscript port ports runstats scaninfo target taskbegin taskend taskprogress verbose".split(
    " ",
  ),
);
const ROOTS: ReadonlyMap<string, string> = new Map([
  ["nessusclientdata", "a Nessus report"],
  ["nessusclientdata_v2", "a Nessus report"],
  ["get_reports_response", "an OpenVAS (Greenbone) report"],
  ["get_results_response", "an OpenVAS (Greenbone) report"],
  ["openvas-report", "an OpenVAS report"],
  ["scan", "a Qualys report"],
  ["asset_data_report", "a Qualys report"],
  ["host_list_output", "a Qualys report"],
  ["host_list_vm_detection_output", "a Qualys report"],
  ["was_scan_report", "a Qualys report"],
  ["nexposereport", "a Nexpose report"],
  ["nexposesimplexml", "a Nexpose report"],
  ["owaspzapreport", "a ZAP report"],
  ["niktoscan", "a Nikto report"],
  ["niktoscans", "a Nikto report"],
  ["scangroup", "an Acunetix report"],
  ["netsparker", "a Netsparker report"],
  ["objs", "what PowerShell exported (Export-Clixml)"],
  ["error", "an error message of a web service"],
]);
/** Names that several programs use: the text decides. */
const SHARED_ROOTS: readonly (readonly [root: RegExp, text: RegExp, product: string])[] = [
  [/^report$/, /<omp|<gmp|<report_format|gvm|openvas|greenbone/i, "an OpenVAS (Greenbone) report"],
  [/^(?:issues|items)$/, /burpVersion/, "a Burp report"],
  [/^report$/, /x-?force|appscan/i, "an AppScan report"],
];
const TITLE = /<title[^>]{0,200}>([^<]{1,200})/i;

/** For XML or HTML with another root element. */
export function rootSentence(root: string, text: string): Sentence {
  const name = root.toLowerCase();
  if (name === "html") return htmlSentence(text);
  if (NMAP_CHILDREN.has(root)) return BEHEADED;
  if (name === "nmapdiff") return "ndiff wrote it (--xml); give the two scans that it compared";
  const shared = SHARED_ROOTS.find(([pattern, words]) => pattern.test(name) && words.test(text));
  const product = shared?.[2] ?? ROOTS.get(name);
  if (product !== undefined) return `it is ${product}, not nmap XML; ${SCAN}`;
  return `it is XML, but not nmap's: its root element is "${shown(root)}"; ${SCAN}`;
}

function htmlSentence(text: string): Sentence {
  const title = shown(TITLE.exec(text)?.[1]?.trim() ?? "");
  return `it is an HTML page${title === "" ? "" : ` ("${title}")`}, not nmap XML; fetch the file again`;
}

/** For a document with the root of nmap that another program wrote, or nobody says who. */
export function scannerSentence(scanner: string | undefined): Sentence {
  if (scanner === undefined || scanner === "") return `its nmaprun does not say which scanner wrote it; ${SCAN}`;
  return `${shown(scanner)} wrote it, not nmap; ${SCAN}`;
}

export function foreign(sentence: Sentence): DocumentProblem {
  return runProblem(sentence === BEHEADED ? "not-well-formed" : "foreign-document", sentence);
}

/** The words are the file's, so they are as hostile as the file, and as long. */
function shown(text: string): string {
  const decoded = /^[\u0000-\u00ff]*$/.test(text) ? Buffer.from(text, "latin1").toString("utf8") : text;
  const clean = cleanText(decoded, { maxBytes: 200 });
  return clean.length > QUOTED ? `${clean.slice(0, QUOTED - 1)}…` : clean;
}
