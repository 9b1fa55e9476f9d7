import { z } from "zod";
import type { SetupRefusal } from "../../domain/ports/setup.ts";
import type { HttpAnswer } from "../http.ts";

const said = z.object({ message: z.string() });

/** What Kibana, or whatever is before it, gives as the reason. */
function messageOf({ text, status }: HttpAnswer): string {
  const body = said.safeParse(parsed(text));
  const message = body.success ? body.data.message : "";
  return `HTTP ${status}${message === "" ? "" : `: ${message.replaceAll(/\s+/g, " ").slice(0, 300)}`}`;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function unreachable(url: string, why: string): SetupRefusal {
  return {
    reason: "unreachable",
    text: `${url}: ${why}`,
    fix: "Check kibana.url, the certificate, and that Kibana runs.",
  };
}

const NOT_NOW = new Set([429, 502, 503, 504]);

/** What an answer that is no success means; `did` completes "the right to". */
export function refusalOf(answer: HttpAnswer, at: { readonly did: string; readonly space: string }): SetupRefusal {
  const { status } = answer;
  const message = messageOf(answer);
  if (status === 401)
    return { reason: "rights", text: `Kibana does not accept the credentials (${message})`, fix: LOGIN };
  if (status === 403) {
    const text = `the credentials have no right to ${at.did} (space ${at.space}, ${message})`;
    return { reason: "rights", text, fix: rightsFix(at.space) };
  }
  if (NOT_NOW.has(status)) return { reason: "unreachable", text: `Kibana is not ready (${message})`, fix: LATER };
  if (status >= 300 && status < 400) {
    const text = `the address leads on to ${String(answer.headers["location"] ?? "another one")} (${message})`;
    return { reason: "product", text, fix: "Set kibana.url to the address of Kibana itself, behind any login page." };
  }
  return { reason: "refused", text: `Kibana refused to ${at.did} (${message})`, fix: null };
}

const LOGIN = "Check kibana.api_key, or kibana.username and kibana.password.";
const LATER = "Wait until Kibana has started, then run this again.";

function rightsFix(space: string): string {
  return `Give their role the Kibana privilege "Saved Objects Management: All" in space ${space}, then run this again.`;
}
