import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";

interface Entry {
  readonly name: Buffer;
  readonly content: Buffer;
  readonly offset: number;
}

const VERSION_NEEDED = 10;
// 1980-01-01: the same files give the same jar, byte for byte.
const DOS_DATE = 0x21;

/** The files below a folder as an uncompressed zip, which is a valid jar: a Java runtime has no `jar` command. */
export function jarOf(dir: string): Buffer {
  const parts: Buffer[] = [];
  const entries: Entry[] = [];
  let offset = 0;
  for (const file of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const full = path.join(file.parentPath, file.name);
    const entry: Entry = { name: Buffer.from(path.relative(dir, full)), content: readFileSync(full), offset };
    const local = Buffer.concat([signature(0x04034b50), commonHeader(entry), entry.name, entry.content]);
    entries.push(entry);
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries.map(centralRecord));
  return Buffer.concat([...parts, directory, endRecord(entries.length, directory.length, offset)]);
}

/** The 26 bytes that the local and the central header share (APPNOTE 4.3.7, 4.3.12). */
function commonHeader({ name, content }: Entry): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(VERSION_NEEDED, 0);
  header.writeUInt16LE(DOS_DATE, 8);
  header.writeUInt32LE(crc32(content), 10);
  header.writeUInt32LE(content.length, 14);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt16LE(name.length, 22);
  return header;
}

function centralRecord(entry: Entry): Buffer {
  const madeBy = Buffer.from([VERSION_NEEDED, 0]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(entry.offset, 10);
  return Buffer.concat([signature(0x02014b50), madeBy, commonHeader(entry), rest, entry.name]);
}

function endRecord(count: number, directorySize: number, directoryOffset: number): Buffer {
  const record = Buffer.alloc(18);
  record.writeUInt16LE(count, 4);
  record.writeUInt16LE(count, 6);
  record.writeUInt32LE(directorySize, 8);
  record.writeUInt32LE(directoryOffset, 12);
  return Buffer.concat([signature(0x06054b50), record]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
