import { httpTitle } from "./http-title.ts";
import type { Script } from "./script.ts";
import { sshHostkey } from "./ssh-hostkey.ts";
import { sslCert } from "./ssl-cert.ts";
import { triplineBanner } from "./tripline-banner.ts";

/** Every script whose results are read; those that run are asked in this order. */
export const SCRIPTS: readonly Script[] = [triplineBanner, sshHostkey, sslCert, httpTitle];

/** Manifest ids of the scripts that run together with version detection. */
export const ASKED_SCRIPTS: readonly string[] = SCRIPTS.filter((script) => script.run !== null).map(({ id }) => id);
