/**
 * The leaves that `tripline.baseline` and `tripline.observed` share, so that "baseline / now" is one table with two
 * columns. Only leaves that differ or explain are set. Names are the event fields' own.
 */
export interface Facts {
  readonly state?: string;
  readonly port?: number;
  readonly service?: string;
  readonly product?: string;
  readonly version?: string;
  readonly extra_info?: string;
  readonly banner?: string;
  readonly banner_sha256?: string;
  readonly tls_sha256?: string;
  readonly tls_issuer?: string;
  readonly tls_names?: string;
  readonly ssh_sha256?: string;
  readonly http_digest?: string;
  readonly os_family?: string;
  readonly os_name?: string;
  readonly mac?: string;
  readonly ip?: string;
  readonly dns_name?: string;
  readonly identity?: string;
  /** Observed side only. */
  readonly reason_ttl?: number;
  readonly confidence?: number;
  readonly usual_port?: boolean;
  /** How many ports opened together, which in nmap's spelling, and of how many that were asked. */
  readonly open_count?: number;
  readonly open_ports?: string;
  readonly asked_count?: number;
}

/** What a port or service means to an attacker. */
export type ExposureClass =
  | "remote-admin"
  | "data-store"
  | "control-plane"
  | "proxy-tunnel"
  | "remote-access-tool"
  | "web"
  | "mail"
  | "file"
  | "other"
  | "unknown";
