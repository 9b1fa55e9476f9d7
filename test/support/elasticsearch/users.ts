import { pbkdf2Sync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const ITERATIONS = 10_000;

/**
 * Makes the one superuser by writing the files of the server's file realm.
 * The format is that of its PBKDF2 hasher; the server's own command would take two seconds of Java for the same two lines.
 */
export function writeUsers(configDir: string, { username, password }: Credentials): void {
  const salt = randomBytes(32);
  const hash = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha512");
  const stored = `{PBKDF2}${ITERATIONS}$${salt.toString("base64")}$${hash.toString("base64")}`;
  writeFileSync(path.join(configDir, "users"), `${username}:${stored}\n`);
  writeFileSync(path.join(configDir, "users_roles"), `superuser:${username}\n`);
}

export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}
