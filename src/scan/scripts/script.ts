import type { CertificateSeen } from "../../domain/certificate.ts";
import type { PortFieldOf } from "../../domain/fields/port.ts";
import type { XmlElement } from "../xml/xml-element.ts";

/** One NSE script whose results the product reads. */
export interface Script<Id extends string = string> {
  /** As nmap and the manifest name it. `script:<id>` is the family of the fields it measures. */
  readonly id: Id;
  /** How it runs together with version detection; null: never asked, only read where a recorded file has it. */
  readonly run: ScriptRun | null;
  /** The results of one `<script>` element that did not fail. `cuts` collects the labels of texts that were cut. */
  readonly read: (script: XmlElement, cuts: Set<string>) => Findings<Id>;
}

/** What the manifest says of a script that may run. The hash in effect is part of the comparability key. */
export type ScriptRun = {
  readonly categories: readonly string[];
  /** What it asks of a port, for people. */
  readonly requests: string;
} & (
  | {
      /** The installed one. */
      readonly source: "nmap";
    }
  | {
      /** Our own file, pinned by its hash. */
      readonly source: "tripline";
      /** The meaning of its output keys; rises with it. */
      readonly schema: number;
    }
);

/** What a script tells: canonical values of the fields that it measures, and no others. Null: not told. */
export interface Findings<Id extends string = string> {
  readonly values: Readonly<Partial<Record<PortFieldOf<`script:${Id}`>, string | null>>>;
  readonly certificate?: CertificateSeen;
}
