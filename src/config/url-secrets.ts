import { decoded, MARK } from "./redact.ts";

/** Who may know what in a URL: user and password before the host, and what is behind `?` and `#`. */
interface UrlParts {
  /** `user:password`, as written; null when there is none. */
  readonly userinfo: string | null;
  /** As written, with names. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

const SCHEME = /^[a-z][a-z0-9+.-]*:[\\/]*/i;

/** Of anything that somebody wrote for a URL, even where it is none: a password may hold what breaks it. */
function partsOf(text: string): UrlParts {
  const rest = text.trim().replace(SCHEME, "");
  const authority = /^[^\\/?#]*/.exec(rest)?.[0] ?? "";
  const inner = URL.canParse(text) && authority.includes("@") ? authority : rest;
  const at = URL.canParse(text) && !authority.includes("@") ? -1 : inner.lastIndexOf("@");
  const query = rest.slice(at < 0 ? 0 : at).match(/[?#].*$/s)?.[0] ?? "";
  return { userinfo: at < 0 ? null : inner.slice(0, at), parameters: parametersOf(query) };
}

function parametersOf(query: string): UrlParts["parameters"] {
  const pairs = query.split(/[?#&;]/).filter((pair) => pair !== "");
  return pairs.map((pair) => {
    const equals = pair.indexOf("=");
    return { name: equals < 0 ? "" : pair.slice(0, equals), value: pair.slice(equals + 1) };
  });
}

const SECRET_PARAMETER = /pass|pwd|secret|token|key|credential|auth|bearer|jwt|session|signature|^(sig|sid|code|pw)$/i;

/** The same in text that is not a URL. */
const PARAMETER =
  /([?&;#][\w.-]{0,32}(?:pass|pwd|secret|token|key|credential|auth|bearer|jwt|session|sig)[\w.-]{0,32}=)(?!\[secret\])[^&#;\s"'\]}]+/gi;

/**
 * The values that must not be printed, as written and decoded: of a URL, or of all that stand in a sentence. A user name
 * counts only where no password follows it.
 */
export function urlSecrets(text: string): readonly string[] {
  const words = isUrl(text) ? [text] : text.split(/\s+/);
  return words.flatMap((word) => (isUrl(word) ? secretsOfUrl(word) : secretsOfLogin(word))).flatMap(spellings);
}

/** Written as a URL, whether or not it is one. */
function isUrl(text: string): boolean {
  return /^\s*([a-z][a-z0-9+.-]*:[\\/]{2}|https?:)/i.test(text);
}

function secretsOfUrl(text: string): readonly string[] {
  const { userinfo, parameters } = partsOf(text);
  const named = parameters.filter(({ name, value }) => name === "" || SECRET_PARAMETER.test(name) || isDistinct(value));
  return [...(userinfo === null ? [] : loginSecrets(userinfo)), ...named.map(({ value }) => value)];
}

/** `user:password@host`, `token@host:port` and `?token=…`; a mail address is not a secret. */
function secretsOfLogin(word: string): readonly string[] {
  const parameters = [...word.matchAll(PARAMETER)].map(([pair = "", name = ""]) => pair.slice(name.length));
  const at = word.lastIndexOf("@");
  const userinfo = word.slice(0, Math.max(0, at));
  const isLogin = userinfo.includes(":") || /^[\w.-]+:\d/.test(word.slice(at + 1));
  return [...(isLogin ? loginSecrets(userinfo) : []), ...parameters];
}

function loginSecrets(userinfo: string): readonly string[] {
  const colon = userinfo.indexOf(":");
  return [userinfo, colon < 0 ? userinfo : userinfo.slice(colon + 1)];
}

function spellings(value: string): readonly string[] {
  return value === "" ? [] : [value, decoded(value)];
}

/** Long, with letters and digits: no word that a page or a tenant is called. */
function isDistinct(value: string): boolean {
  return value.length >= 12 && /\d/.test(value) && /[A-Za-z]/.test(value);
}

/** A value as it may be shown: a URL without user, password and the values of parameters. */
export function shownValue(text: string): string {
  return isUrl(text) ? shownUrl(text) : hideUrls(text);
}

function shownUrl(text: string): string {
  const { userinfo, parameters } = partsOf(text);
  const open = userinfo === null ? text : text.replace(`${userinfo}@`, () => `${MARK}@`);
  return parameters
    .filter(({ value }) => value !== "")
    .reduce((shown, { name, value }) => {
      const pair = name === "" ? value : `${name}=${value}`;
      const at = shown.lastIndexOf(pair);
      return `${shown.slice(0, at)}${name === "" ? "" : `${name}=`}${MARK}${shown.slice(at + pair.length)}`;
    }, open);
}

/** The address without secrets, as it may be shown; what is not a URL stays as it is. */
export function bareUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (`${url.username}${url.password}${url.search}${url.hash}` === "") return text;
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  return url.href;
}

/** User and password of a URL as a server wants them; null unless both are there. */
export function urlLogin(text: string): { readonly username: string; readonly password: string } | null {
  const { username, password } = new URL(text);
  return username === "" || password === "" ? null : { username: decoded(username), password: decoded(password) };
}

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(:\d+)?(?=[\s/?#"',\]}]|$)/i;

/** A line of free text with all its URLs shown as they may be. More is hidden than must be where a URL is broken. */
export function hideUrls(line: string): string {
  const start = /(?:[a-z][a-z0-9+.-]{0,20}:[\\/]{2}|https?:)[\\/]*/i.exec(line);
  if (start === null) return hideLogins(line);
  const from = start.index + start[0].length;
  const rest = line.slice(from);
  const login = HOST.test(rest) ? -1 : rest.lastIndexOf("@");
  const tail = login < 0 ? rest : rest.slice(login);
  const space = tail.search(/\s|$/);
  const query = tail.slice(0, space).replace(/([?&#;](?:[^=&#;\s"']*=)?)(?!\[secret\])[^=&#;\s"'\]}]+/g, `$1${MARK}`);
  return `${hideLogins(line.slice(0, from))}${login < 0 ? "" : MARK}${query}${hideUrls(tail.slice(space))}`;
}

/** `user:password@host`, `token@host:port` and `?token=…`, without a scheme. */
function hideLogins(text: string): string {
  const open = text.replace(PARAMETER, `$1${MARK}`);
  return open.replace(/[^\s"'[{,@]{1,2048}@(?=[\w.-])(?<=:[^\s@]*@)|[^\s"'[{,@]{1,2048}@(?=[\w.-]+:\d)/g, `${MARK}@`);
}
