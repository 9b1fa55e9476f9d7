/** The only place that reads the process environment; everything else is given what it needs. */
export type Environment = Readonly<Record<string, string | undefined>>;

export function processEnvironment(): Environment {
  return process.env;
}
