// First checks that several kinds share. `{ip}`, `{port}` are filled in.

export const WHO = "owner and change ticket";
export const LISTENER = "`ss -ltnp 'sport = :{port}'` on the host: which process, since when";
export const FLOWS = "flows to {ip}:{port} in the SIEM since it opened";
export const ARP = "`ip neigh` on a neighbour and the switch's MAC table for {ip}";
