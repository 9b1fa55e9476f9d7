export interface DoctorCheck {
  readonly group: string;
  readonly name: string;
  readonly state: "ok" | "warn" | "error";
  readonly detail: string;
  readonly effect: string | null;
  readonly fix: string | null;
  readonly code: string | null;
}
