import { z } from "zod";
import type { Finding } from "./problems.ts";
import { serverFindings } from "./server-meaning.ts";
import { secretText } from "./values.ts";

const SPACE = /^[a-z0-9_-]+$/;

/** Of no use to the agent: only `setup` and `doctor` read it. */
export const kibanaSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .meta({ title: "URL" })
    .describe("address of Kibana, with its base path if it has one"),
  space: z
    .string()
    .regex(SPACE, "the id of a space has a-z, 0-9, - and _ only; it stands in its address behind /s/")
    .default("default")
    .describe("id of the space that gets dashboards and rules"),
  api_key: secretText.optional().describe("API key, as `${file:PATH}` or `${env:NAME}`"),
  username: z.string().optional().describe("instead of an API key, with `password`"),
  password: secretText.optional().describe("as `${file:PATH}` or `${env:NAME}`"),
  ca_file: z.string().meta({ title: "path" }).optional().describe("certificate of a private authority, PEM"),
  insecure_skip_verify: z.boolean().default(false).describe("do not check certificates"),
});

type WrittenKibana = z.output<typeof kibanaSchema>;

const SENTENCES = {
  plainHttp: "plain http: anybody on the path can read the credentials; use https",
  unchecked: "certificates are not checked; anybody on the path can take the credentials",
};

/** Well-formed, and yet unsafe or of no use. */
export function kibanaFindings(written: WrittenKibana | undefined, directory: string): readonly Finding[] {
  if (written === undefined) return [];
  const found = [...serverFindings(written, { directory, ...SENTENCES }), ...halfLogin(written)];
  return found.map((finding) => ({ ...finding, path: ["kibana", ...finding.path] }));
}

function halfLogin({ username, password, api_key: key }: WrittenKibana): readonly Finding[] {
  if ((username === undefined) === (password === undefined)) {
    if (username === undefined || key === undefined) return [];
    return [{ level: "warning", path: ["username"], message: "api_key is given too and takes precedence" }];
  }
  const [there, missing] = username === undefined ? ["password", "username"] : ["username", "password"];
  return [{ level: "error", path: [there], message: `${missing} is missing: both are needed, or an api_key` }];
}
