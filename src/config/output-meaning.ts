import type { ConfigFormat } from "./format.ts";
import type { Claim, OutputPlace, Outputs } from "./output-kind.ts";
import type { Finding } from "./problems.ts";

interface Place {
  readonly directory: string;
  readonly format: ConfigFormat;
}

/** What each kind finds in its outputs, and outputs that would write into each other. */
export function outputFindings(outputs: Outputs, { directory, format }: Place): readonly Finding[] {
  const kinds = new Map(format.parts.outputs.map((kind) => [kind.kind, kind]));
  const claimed = new Map<string, string>();
  return Object.entries(outputs).flatMap(([name, output]): readonly Finding[] => {
    const kind = kinds.get(output.kind);
    if (kind === undefined) return [];
    const at: OutputPlace = { name, directory };
    const found = [
      ...kind.meaning(output, at),
      ...kind.claims(output, at).flatMap((claim) => claimedTwice(claim, name, claimed)),
    ];
    return found.map((finding) => ({ ...finding, path: ["outputs", name, ...finding.path] }));
  });
}

function claimedTwice(claim: Claim, name: string, claimed: Map<string, string>): readonly Finding[] {
  const other = claimed.get(claim.id);
  if (other === undefined) claimed.set(claim.id, name);
  if (other === undefined || other === name) return [];
  const message = `outputs.${other} already writes to ${claim.name}; their lines would be mixed up`;
  return [{ level: "error", path: claim.path, message, hint: "give each output its own place, or keep one of them" }];
}
