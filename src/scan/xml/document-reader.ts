import type { CleanText } from "../../domain/clean-text.ts";
import type { HostObservation } from "../../domain/observation.ts";
import type { ScanProgress } from "../../domain/ports/scanner.ts";
import type { RunPhase } from "../../domain/scan-plan.ts";
import {
  type DocumentProblem,
  hostProblem,
  type NmapDocument,
  type NmapHeader,
  type NmapTrailer,
  runProblem,
  type ScanInfo,
} from "./document.ts";
import { parseElement } from "./element.ts";
import { readHeader } from "./header.ts";
import { type HostContext, readHost, readHugeHost } from "./host.ts";
import { type OutsideRead, readOutside } from "./outside.ts";
import type { HugeHost, Piece } from "./split-state.ts";
import { createTailWatcher, ROOT, SEVERAL_DOCUMENTS, type TailWatcher } from "./tail.ts";
import { createTally, type TallyCounter } from "./tally.ts";

interface ReaderOptions {
  readonly phase?: RunPhase;
  readonly onHost?: (host: HostObservation) => void;
  readonly onProgress?: (progress: ScanProgress) => void;
}

interface ReaderState {
  readonly options: ReaderOptions;
  readonly hosts: HostObservation[];
  readonly tally: TallyCounter;
  readonly problems: DocumentProblem[];
  readonly skippedTargets: CleanText[];
  header: NmapHeader | null;
  scanInfo: readonly ScanInfo[];
  verbose: number;
  trailer: NmapTrailer | null;
  progress: ScanProgress | null;
  /** The first problem of the header ends the reading: whatever follows cannot be attributed. */
  refused: boolean;
  wellFormed: boolean;
  closed: boolean;
  readonly tail: TailWatcher;
}

// More than any network has hosts; a hostile file must not fill memory with sentences.
const MAX_PROBLEMS = 100_000;

export interface DocumentReader {
  /** This is not a document of nmap: nothing of it is read. */
  refuse(problem: DocumentProblem): void;
  add(piece: Piece): void;
  finish(): Omit<NmapDocument, "bytes" | "sha256">;
}

/** Assembles a document from its pieces, in order. */
export function createDocumentReader(options: ReaderOptions): DocumentReader {
  const state: ReaderState = {
    options,
    hosts: [],
    tally: createTally(),
    problems: [],
    skippedTargets: [],
    header: null,
    scanInfo: [],
    verbose: 0,
    trailer: null,
    progress: null,
    refused: false,
    wellFormed: true,
    closed: false,
    tail: createTailWatcher(),
  };
  return {
    refuse: (problem) => refuse(state, problem),
    add: (piece) => addPiece(state, piece),
    finish: () => finish(state),
  };
}

function addPiece(state: ReaderState, piece: Piece): void {
  if (state.refused) return;
  if (piece.kind === "overflow")
    return note(state, runProblem("oversized", "more than the size cap stands between two hosts"));
  if (piece.kind === "tail") return state.tail.add(piece.text);
  if (piece.kind === "root-end") state.closed = true;
  else if (piece.kind === "rest") addRest(state, piece);
  else if (piece.kind === "outside") addOutside(state, piece.text);
  else addAnyHost(state, piece);
}

function addAnyHost(state: ReaderState, piece: Extract<Piece, { kind: "host" | "huge-host" }>): void {
  if (state.trailer !== null) note(state, runProblem("not-well-formed", "a host stands after the statistics"));
  if (piece.kind === "host") addHost(state, piece.text);
  else addHugeHost(state, piece);
}

/** The end is missing: what is before the cut is read as far as it goes. */
function addRest(state: ReaderState, piece: { readonly text: string; readonly insideHost: boolean }): void {
  if (state.header === null && !piece.insideHost) addOutside(state, piece.text);
  else if (!piece.insideHost) {
    const read = readOutside(piece.text);
    if (read.problems.length === 0) keepOutside(state, read);
  }
  if (state.refused) return;
  const place = piece.insideHost ? "inside a host" : "before </nmaprun>";
  note(state, runProblem("not-well-formed", `the file ends ${place}`));
}

function addOutside(state: ReaderState, text: string): void {
  if (state.header !== null) return readBetween(state, text);
  if (text.trim() === "") return;
  const read = readHeader(text);
  if ("problem" in read) return refuse(state, read.problem);
  state.header = read.header;
  readBetween(state, read.rest);
}

function readBetween(state: ReaderState, text: string): void {
  if (text.includes(ROOT)) return note(state, SEVERAL_DOCUMENTS);
  keepOutside(state, readOutside(text));
}

function keepOutside(state: ReaderState, read: OutsideRead): void {
  state.scanInfo = [...state.scanInfo, ...read.scanInfo];
  state.verbose = read.verbose ?? state.verbose;
  state.trailer = read.trailer ?? state.trailer;
  state.skippedTargets.push(...read.skippedTargets);
  if (read.progress !== null) {
    state.progress = read.progress;
    state.options.onProgress?.(read.progress);
  }
  for (const problem of read.problems) note(state, problem);
}

function addHost(state: ReaderState, text: string): void {
  const parsed = text.includes("<!") ? { error: "markup declaration inside a host" } : parseElement(text);
  if ("error" in parsed) {
    state.wellFormed = false;
    if (text.includes(ROOT)) return note(state, SEVERAL_DOCUMENTS);
    return note(state, runProblem("host-unreadable", `a host is not well-formed: ${parsed.error}`));
  }
  const read = readHost(parsed.element, contextOf(state));
  if (read === null) return note(state, runProblem("host-unreadable", "a host has no readable address or state"));
  const { observation, mismatch } = read;
  if (observation.problems.includes("timed-out")) {
    note(state, hostProblem("host-timed-out", `${observation.address}: nmap gave up at the host timeout`));
  }
  if (mismatch !== null) note(state, hostProblem("port-sum-mismatch", `${observation.address}: ${mismatch}`));
  deliver(state, observation);
}

function addHugeHost(state: ReaderState, huge: HugeHost): void {
  const start = huge.head.slice(0, Math.max(0, huge.head.indexOf("<ports")));
  const parsed = parseElement(`${start}</host>`);
  const host = "error" in parsed ? null : readHugeHost(parsed.element, huge.openPorts, contextOf(state));
  if (host === null)
    return note(state, runProblem("host-unreadable", "a host over the size cap has no readable address"));
  if (host.allPortsOpen === null)
    note(state, hostProblem("oversized", `${host.address}: its element is over the size cap`));
  deliver(state, host);
}

function deliver(state: ReaderState, host: HostObservation): void {
  state.tally.add(host);
  if (state.options.onHost === undefined) state.hosts.push(host);
  else state.options.onHost(host);
}

function contextOf(state: ReaderState): HostContext {
  return { scanInfo: state.scanInfo, phase: state.options.phase ?? "ports", fallbackMs: state.header?.startMs ?? 0 };
}

function note(state: ReaderState, problem: DocumentProblem): void {
  if (problem.problem === "not-well-formed") state.wellFormed = false;
  // The first problem of the run is always kept: it alone decides whether absence may be believed.
  const first = problem.scope === "run" && state.problems.every((known) => known.scope === "host");
  if (first || state.problems.length < MAX_PROBLEMS) state.problems.push(problem);
}

function refuse(state: ReaderState, problem: DocumentProblem): void {
  state.refused = true;
  state.wellFormed = false;
  note(state, problem);
}

function finish(state: ReaderState): Omit<NmapDocument, "bytes" | "sha256"> {
  const behind = state.tail.problem();
  if (behind !== null) note(state, behind);
  if (state.trailer === null && !state.refused) note(state, runProblem("not-finished", whyUnfinished(state.closed)));
  const { header, scanInfo, verbose, hosts, trailer, skippedTargets, progress, problems } = state;
  const wellFormed = state.wellFormed && state.closed;
  return {
    header,
    scanInfo,
    verbose,
    hosts,
    tally: state.tally.result(),
    trailer,
    skippedTargets,
    progress,
    problems,
    wellFormed,
  };
}

function whyUnfinished(closed: boolean): string {
  if (closed) return "it closes without nmap's statistics, so nothing says that the scan came to its end";
  return "nmap's statistics are missing: it was cut, or nmap was ended; copy it again or scan again";
}
