/** The rules that take whatever begins to answer on a port, by what it means to an attacker. */
const BY_EXPOSURE = [
  "data-store-or-control-plane-appeared",
  "protocol-on-unusual-port",
  "proxy-or-tunnel",
  "remote-access-tool",
  "remote-admin-appeared",
] as const;

export const APPEARED_RULES = [...BY_EXPOSURE, "other-high-anomaly", "unknown-service"] as const;
export const UNDECLARED_RULES = [...BY_EXPOSURE, "live-not-declared"] as const;
