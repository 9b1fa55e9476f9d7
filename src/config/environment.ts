import { homedir } from "node:os";

/** The only place that reads the process environment; everything else is given what it needs. */
export type Environment = Readonly<Record<string, string | undefined>>;

export function processEnvironment(): Environment {
  return process.env;
}

/** nmap reads its data from the home of the password database, whatever HOME says. */
export function passwordHome(): string {
  return homedir();
}
