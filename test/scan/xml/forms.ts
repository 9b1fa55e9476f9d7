/** The forms in which other programs hand on what nmap wrote: the content is the same in all of them. */
export type Form = readonly [name: string, write: (xml: string) => Uint8Array];

type Rewrite = (xml: string) => string;

const text = (name: string, rewrite: Rewrite): Form => [name, (xml) => Buffer.from(rewrite(xml), "utf8")];
const prolog = (name: string, lines: string): Form => text(name, (xml) => lines + xml.slice(xml.indexOf("<nmaprun")));
const front = (name: string, lines: string): Form => text(name, (xml) => lines + xml);
const behind = (name: string, lines: string): Form => text(name, (xml) => xml + lines);
const TAG = /<([A-Za-z][^<>]*?)(\/?)>/g;
const inTags = (xml: string, rewrite: (tag: string) => string) =>
  xml.slice(0, xml.indexOf("<nmaprun")) +
  xml.slice(xml.indexOf("<nmaprun")).replaceAll(TAG, (_, tag: string, end: string) => `<${rewrite(tag)}${end}>`);
const ATTRIBUTE = / ([\w:]+)="([^"]*)"/g;

function reversed(tag: string): string {
  const attributes = tag.match(ATTRIBUTE) ?? [];
  return tag.replaceAll(ATTRIBUTE, "").trimEnd() + attributes.toReversed().join("");
}

function utf16(xml: string, { mark, swap }: { readonly mark: boolean; readonly swap: boolean }): Uint8Array {
  const bytes = Buffer.from((mark ? "\ufeff" : "") + xml, "utf16le");
  return swap ? bytes.swap16() : bytes;
}

const OLD = `<?xml version="1.0" ?>\n<?xml-stylesheet href="/usr/share/nmap/nmap.xsl" type="text/xsl"?><!-- Nmap 4.76 scan initiated as: nmap -->\n`;
const PUBLIC = `<!DOCTYPE nmaprun PUBLIC "-//IDN nmap.org//DTD Nmap XML 1.04//EN" "https://svn.nmap.org/nmap/docs/nmap.dtd">\n`;

/** What is before and behind the root element, and in which bytes. */
const OUTER_FORMS: readonly Form[] = [
  prolog("without a DOCTYPE, as nmap before 6.45 wrote", OLD),
  prolog("without any prolog, as ElementTree writes", ""),
  prolog("with single quotes and another encoding of ASCII", "<?xml version='1.0' encoding='us-ascii'?>\n"),
  prolog(
    "declared standalone, in lower case",
    `<?xml version="1.0" encoding="utf-8" standalone="yes"?><!DOCTYPE nmaprun>`,
  ),
  prolog("with the empty internal subset of .NET", `<?xml version="1.0"?>\n<!DOCTYPE nmaprun[]>\n`),
  prolog("with nmap's own DTD by its public name", PUBLIC),
  prolog("with nmap's own DTD by its address", `<!DOCTYPE nmaprun SYSTEM "http://www.insecure.org/nmap/nmap.dtd">\n`),
  prolog("declared as UTF-16 and stored as UTF-8, as .NET strings are", `<?xml version="1.0" encoding="utf-16"?>\n`),
  ["declared and stored as ISO-8859-1", (xml) => Buffer.from(xml.replace("UTF-8", "iso-8859-1"), "latin1")],
  ["with a byte order mark", (xml) => Buffer.from(`\ufeff${xml}`, "utf8")],
  [
    "in UTF-16 of Windows, with a byte order mark",
    (xml) => utf16(xml.replaceAll("\n", "\r\n"), { mark: true, swap: false }),
  ],
  ["in UTF-16, big-endian, with a byte order mark", (xml) => utf16(xml, { mark: true, swap: true })],
  ["in UTF-16 without a byte order mark", (xml) => utf16(xml, { mark: false, swap: false })],
  ["in UTF-16, big-endian, without a byte order mark", (xml) => utf16(xml, { mark: false, swap: true })],
  front("with an empty line in front", "\n"),
  front("with a warning of nmap in front", "Warning: The -sP option is deprecated. Please use -sn\n"),
  front(
    "with the start of nmap's own text in front",
    "Starting Nmap 7.93 ( https://nmap.org ) at 2026-09-14 00:00 UTC\n",
  ),
  front("with what sudo and a shell said in front", "[sudo] password for ops: \nsudo: unable to resolve host a<b>\n"),
  text("with a warning between DOCTYPE and root", (xml) => xml.replace("<nmaprun", "WARNING: No targets\n<nmaprun")),
  behind("with lines of text behind the end", "\nNmap done: 3 IP addresses (2 hosts up)\n# a < b\n"),
  behind("with zero bytes behind the end", "\u0000".repeat(500)),
  behind("with a comment and an instruction behind the end", "<!-- <nmaprun> --><?pi <more/> ?>\n"),
  text("with a line end inside the last tag", (xml) => xml.replace("</nmaprun>", "</nmaprun\n>")),
];

/** How the elements themselves are written. */
const INNER_FORMS: readonly Form[] = [
  text("with the line ends of Windows", (xml) => xml.replaceAll("\n", "\r\n")),
  text("with attributes in single quotes", (xml) => inTags(xml, (tag) => tag.replaceAll(ATTRIBUTE, " $1='$2'"))),
  text("with attributes in another order", (xml) => inTags(xml, reversed)),
  text("with attributes on lines of their own", (xml) =>
    inTags(xml, (tag) => tag.replaceAll(ATTRIBUTE, '\n\t$1="$2"')),
  ),
  text("with a blank before the end of empty elements", (xml) => xml.replaceAll("/>", " />")),
  text("with empty elements written out", (xml) => xml.replaceAll(/<(\w+)([^<>]*)\/>/g, "<$1$2></$1>")),
  text("on one line", (xml) => xml.replaceAll(/>\s+</g, "><")),
  text("indented", (xml) => xml.replaceAll(/>\s*<(?!\/)/g, ">\n    <")),
  text("with comments everywhere", (xml) => xml.replaceAll(">\n<", '>\n<!-- </host><host a="--" > --><')),
  text("with instructions everywhere", (xml) => xml.replaceAll(">\n<", ">\n<?pi </host><host> ?><")),
  text("with text in CDATA", (xml) => xml.replaceAll(/>([\w.:/-]+)<\//g, "><![CDATA[$1]]></")),
  text("with a name space", (xml) => xml.replace("<nmaprun ", '<nmaprun xmlns:x="urn:x" x:by="me" ')),
];

export const FORMS: readonly Form[] = [...OUTER_FORMS, ...INNER_FORMS];

/** The same scan as Zenmap saves it: its own order of attributes, nmap's text inside, nothing of scripts or times. */
export function zenmapSave(output: string): string {
  return `<?xml version="1.0" encoding="iso-8859-1"?>
<?xml-stylesheet href="file:///usr/share/nmap/nmap.xsl" type="text/xsl"?><nmaprun start="1760000000" profile_name="Quick scan" xmloutputversion="1.04" scanner="nmap" version="7.93" startstr="then" args="nmap -T4 -p 1-20 10.0.0.1"><scaninfo services="1-20" protocol="tcp" numservices="20" type="syn"></scaninfo><verbose level="0"></verbose><debugging level="0"></debugging><output type="interactive">${output}</output><host comment=""><status state="up"></status><address addrtype="ipv4" vendor="" addr="10.0.0.1"></address><hostnames><hostname type="PTR" name="a.example"></hostname></hostnames><ports><extraports count="18" state="closed"></extraports><port protocol="tcp" portid="2"><state reason="syn-ack" state="open" reason_ttl="64"></state><service product="nginx" name="http" version="1.10" method="probed" conf="10"></service></port><port protocol="tcp" portid="9"><state reason="syn-ack" state="open" reason_ttl="64"></state><service></service></port></ports><os></os><uptime lastboot="" seconds=""></uptime><tcpsequence index="" values="" difficulty=""></tcpsequence><ipidsequence values="" class=""></ipidsequence><tcptssequence values="" class=""></tcptssequence></host><runstats><finished timestr="then" time="1760000060"></finished><hosts down="0" total="1" up="1"></hosts></runstats></nmaprun>`;
}
