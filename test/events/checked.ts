import type { EventDocument } from "../../src/domain/event.ts";
import { encodeOperatorStep as operatorStep } from "../../src/events/anomaly.ts";
import { encodeAudit as audit } from "../../src/events/audit.ts";
import { encodeCycle as cycle } from "../../src/events/encode-cycle.ts";
import { encodeHealth as health } from "../../src/events/health-event.ts";
import { assertEcsEvent } from "../support/ecs-check.ts";

// The encoders as tests call them: whatever a test is about, an event that breaks the contract fails it.

export function encodeCycle(...input: Parameters<typeof cycle>): readonly EventDocument[] {
  return cycle(...input).map(checked);
}

export function encodeHealth(...input: Parameters<typeof health>): EventDocument {
  return checked(health(...input));
}

export function encodeAudit(...input: Parameters<typeof audit>): EventDocument {
  return checked(audit(...input));
}

export function encodeOperatorStep(...input: Parameters<typeof operatorStep>): EventDocument {
  return checked(operatorStep(...input));
}

function checked(event: EventDocument): EventDocument {
  assertEcsEvent(event.body);
  return event;
}
