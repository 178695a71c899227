/** The part of a tracking plan that types are made of. */
export interface Plan {
  events: Record<string, PlannedEvent>;
  traits: Record<string, PlannedField>;
}

export interface PlannedEvent {
  status?: string;
  displayName?: Record<string, string>;
  description?: string;
  properties?: Record<string, PlannedField>;
}

export interface PlannedField {
  type?: string;
  displayName?: Record<string, string>;
  description?: string;
  enum?: (string | number | boolean)[];
  required?: boolean;
}

const FORMAT = 'perennial.tracking-plan/1';

/**
 * Reads the plan's file (`format: "perennial.tracking-plan/1"`), as the console exports it and as it stands in git. Throws an `Error` in plain words for anything else.
 */
export function readPlan(text: string): Plan {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Error(`the plan is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isObject(document) || document.format !== FORMAT) throw new Error(`the plan does not begin with "format": "${FORMAT}"`);
  const { events = {}, traits = {} } = document;
  if (!isObject(events) || !Object.values(events).every(isEvent))
    throw new Error('"events" must hold an object for each event, with "properties" by name');
  if (!isObject(traits) || !Object.values(traits).every(isObject)) throw new Error('"traits" must hold an object for each trait');
  return { events: events as Plan['events'], traits: traits as Plan['traits'] };
}

function isEvent(value: unknown): boolean {
  return isObject(value) && (value.properties === undefined || (isObject(value.properties) && Object.values(value.properties).every(isObject)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
