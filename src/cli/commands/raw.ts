import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { ok } from "../../lib/result.ts";
import { verbatim } from "../../report/text/document.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type CommandIo, complain, type GlobalOptions } from "../io.ts";
import { printResult, unwritable, wantsJson } from "../print-result.ts";
import { type CommandHost, onState } from "./command.ts";

const EXAMPLES = helpEnd({
  exits: { ...EXITS.state, [EXIT.partial]: "shown, but a file of the scan could not be read" },
  examples: [
    ["tripline raw last 10.20.0.31", "what nmap wrote about the host in the last scan"],
    ["tripline raw 019aa07e 10.20.0.31 -o evidence.xml", "of the scan of an event (tripline.scan.id), for a ticket"],
  ],
  note: "Byte for byte in a pipe or a file; on a terminal what could steer it is shown as �. What a host says is not to be trusted.",
});

/** `tripline raw SCAN HOST`: the archived XML of one host. */
export function addRaw(host: CommandHost): void {
  host.program
    .command("raw <scan> <host>")
    .description("what nmap wrote about one host in one scan: its elements of the archived XML, one for each run")
    .addHelpText("after", EXAMPLES)
    .action(async (...[scan, of, , command]: [string, string, unknown, { optsWithGlobals(): GlobalOptions }]) =>
      host.done(await raw(host, command.optsWithGlobals(), { scan, host: of })),
    );
}

function raw(
  { io, runtime }: CommandHost,
  options: GlobalOptions,
  wish: { readonly scan: string; readonly host: string },
): Promise<number> {
  return onState({ io, runtime, globals: options }, async (desk) => {
    const found = await STATE_OPERATIONS.rawHost.run(desk, wish, { signal: io.signal });
    if (!found.ok) return found;
    const { elements, missing } = found.value;
    if (isForPeople(io, options)) {
      const data = elements.map((one) => ({ ...one, xml: one.xml.toString("utf8") }));
      printResult(io, options, { data, text: () => data.map(({ xml }) => verbatim(xml)) });
    } else writeBytes(io, options, elements);
    if (options.quiet !== true)
      for (const { file, sha256, phase } of elements) complain(io, `${phase}: ${file}, SHA-256 ${sha256}`);
    for (const line of missing) complain(io, `tripline: not shown: ${line}`);
    return ok(missing.length === 0 ? EXIT.done : EXIT.partial);
  });
}

/** A terminal is steered by what is written to it, and JSON is text. */
function isForPeople(io: CommandIo, options: GlobalOptions): boolean {
  return wantsJson(options) || (options.output === undefined && io.stdout.isTTY === true);
}

const NEWLINE = Buffer.from("\n");

function writeBytes(io: CommandIo, { output }: GlobalOptions, elements: readonly { readonly xml: Buffer }[]): void {
  const bytes = Buffer.concat(elements.flatMap(({ xml }) => [xml, NEWLINE]));
  if (output === undefined) {
    io.stdout.write(bytes);
    return;
  }
  try {
    writeFileSync(resolve(io.cwd, output), bytes);
  } catch (error) {
    throw unwritable(output, error);
  }
}
