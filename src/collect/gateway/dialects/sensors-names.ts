import { isObject } from '../read-body.ts';

/** Names that Sensors keeps for itself, as its SDKs hold them (`checkPattern` of sa-sdk-node 1.2.6). */
const reserved =
  /^(distinct_id|original_id|device_id|time|properties|id|first_id|second_id|users|events|event|user_id|date|datetime|user_group.*|user_tag.*)$/i;
const identifier = /^[a-zA-Z_$][a-zA-Z\d_$]{0,99}$/;

/** What Sensors' debug mode would say about the names in a record: we take such a record, and Sensors would not. */
export function namingFaults(raw: unknown): string[] {
  if (!isObject(raw)) return [];
  const faults: string[] = [];
  if (raw.type === 'track' && typeof raw.event === 'string') note(faults, 'event', raw.event);
  if (isObject(raw.properties)) for (const name in raw.properties) note(faults, 'property', name);
  return faults;
}

function note(faults: string[], what: string, name: string): void {
  if (reserved.test(name)) faults.push(`the name of the ${what} is reserved: ${name}`);
  else if (!identifier.test(name))
    faults.push(`the name of the ${what} is no identifier of at most 100 letters, digits, _ and $: ${name.slice(0, 120)}`);
}
