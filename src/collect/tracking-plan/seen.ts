import type { IncomingEvent } from '../stream/contract.ts';
import type { ValueType } from './plan-document.ts';
import { shownValue, typeOfValue } from './value-types.ts';

/** Events of one name whose properties are looked at in full after each writing; then every so many. */
const LOOKED_AT_FIRST = 20;
const LOOKED_AT_EVERY = 32;
/** Every zone's offset is a multiple of it, so a quarter of an hour lies within one day everywhere. */
export const QUARTER_MS = 900_000;
const EVENTS_MAX = 2_000;
const PROPERTIES_MAX = 300;
/** Of projects with very many names, so that a sender who makes them up costs little memory. */
const NAMES_MANY = 200;
const PROPERTIES_OF_MANY_MAX = 30;
const QUARTERS_MAX = 5_000;
const DEPTH_MAX = 3;
/** Examples of one property between two writings, and of the longest text that may be one. */
const EXAMPLES_MAX = 5;
const EXAMPLE_LENGTH_MAX = 80;
const NAME_LENGTH_MAX = 200;

/** How often a property was seen as what. */
export interface SeenProperty {
  types: Partial<Record<ValueType, number>>;
  examples: Set<string>;
  firstSeen: number;
  lastSeen: number;
}

/** What was seen of one event since the last writing. */
export interface SeenEvent {
  /** How many, by quarter of an hour. */
  quarters: Map<number, number>;
  count: number;
  sampled: number;
  firstSeen: number;
  lastSeen: number;
  properties: Map<string, SeenProperty>;
  propertiesMax: number;
}

/**
 * What of an event is held until it is known to be written. Most are only counted; the few whose properties are looked at, and those that carry traits, are held
 * whole.
 */
export type Sight = Pick<IncomingEvent, 'event' | 'time'> &
  Partial<Pick<IncomingEvent, 'properties' | 'traits' | 'traitChanges'>> & {
    /** Its properties are looked at, whatever the count. */
    isChosen?: true;
  };

/** What has to be held of an event that arrives; `offered` counts the arrivals of each name since the last writing. */
export function sightOf(event: IncomingEvent, offered: Map<string, number>): Sight {
  if (event.traits || event.traitChanges) return event;
  const { event: name, time } = event;
  const before = offered.get(name);
  if (before === undefined && offered.size >= EVENTS_MAX) return { event: name, time };
  const count = (before ?? 0) + 1;
  offered.set(name, count);
  if (count > LOOKED_AT_FIRST && count % LOOKED_AT_EVERY !== 0) return { event: name, time };
  return { event: name, time, properties: event.properties, isChosen: true };
}

/** Events by name; '' holds the traits. */
export type SeenEvents = Map<string, SeenEvent>;

/** Adds one event to what was seen. Nothing is read of most events but their name and time. */
export function seeEvent(seen: SeenEvents, event: Sight, now: number): void {
  const one = entryOf(seen, event.event);
  const time = event.time > now ? now : event.time;
  if (one) {
    countEvent(one, time, 1);
    if (event.properties && (event.isChosen || isLookedAt(one))) {
      one.sampled += 1;
      seeProperties(one, event.properties, time);
    }
  }
  if (event.traits || event.traitChanges) seeTraits(seen, event, time);
}

/** An event of which nothing was seen yet. */
export function newSeenEvent(propertiesMax = PROPERTIES_MAX): SeenEvent {
  return { quarters: new Map(), count: 0, sampled: 0, firstSeen: Infinity, lastSeen: 0, properties: new Map(), propertiesMax };
}

function isLookedAt(one: SeenEvent): boolean {
  return one.count <= LOOKED_AT_FIRST || one.count % LOOKED_AT_EVERY === 0;
}

function entryOf(seen: SeenEvents, name: string): SeenEvent | undefined {
  const known = seen.get(name);
  if (known) return known;
  if (seen.size >= EVENTS_MAX || name.length > NAME_LENGTH_MAX) return undefined;
  const fresh = newSeenEvent(seen.size < NAMES_MANY ? PROPERTIES_MAX : PROPERTIES_OF_MANY_MAX);
  seen.set(name, fresh);
  return fresh;
}

/** Counts events of one instant. */
function countEvent(one: SeenEvent, time: number, count: number): void {
  one.count += count;
  if (time < one.firstSeen) one.firstSeen = time;
  if (time > one.lastSeen) one.lastSeen = time;
  const quarter = Math.floor(time / QUARTER_MS);
  const before = one.quarters.get(quarter);
  if (before !== undefined || one.quarters.size < QUARTERS_MAX) one.quarters.set(quarter, (before ?? 0) + count);
}

function seeTraits(seen: SeenEvents, event: Sight, time: number): void {
  const one = entryOf(seen, '');
  if (!one) return;
  countEvent(one, time, 1);
  if (!isLookedAt(one)) return;
  one.sampled += 1;
  if (event.traits) seeProperties(one, event.traits, time);
  for (const { operation, name, value } of event.traitChanges ?? [])
    if (name !== '' && (operation === 'set' || operation === 'set_once')) seeProperties(one, { [name]: value }, time);
}

/** Looks at properties, also inside objects. Names that begin with `$` are the system's and the clients' own. */
export function seeProperties(one: SeenEvent, properties: Record<string, unknown>, time: number): void {
  seeInside(one, properties, { time, prefix: '', depth: 1 });
}

interface Inside {
  time: number;
  /** Names of the objects around, with their dots. */
  prefix: string;
  depth: number;
}

function seeInside(one: SeenEvent, properties: Record<string, unknown>, { time, prefix, depth }: Inside): void {
  for (const key in properties) {
    if (key.startsWith('$')) continue;
    const name = prefix + key;
    const value = properties[key];
    const type = typeOfValue(value);
    if (type === undefined) continue;
    const property = propertyOf(one, name);
    if (!property) continue;
    property.types[type] = (property.types[type] ?? 0) + 1;
    if (time < property.firstSeen) property.firstSeen = time;
    if (time > property.lastSeen) property.lastSeen = time;
    if (type === 'object' && depth < DEPTH_MAX) seeInside(one, value as Record<string, unknown>, { time, prefix: `${name}.`, depth: depth + 1 });
    else if (property.examples.size < EXAMPLES_MAX && (typeof value !== 'string' || value.length <= EXAMPLE_LENGTH_MAX))
      property.examples.add(shownValue(value));
  }
}

function propertyOf(one: SeenEvent, name: string): SeenProperty | undefined {
  const known = one.properties.get(name);
  if (known) return known;
  if (one.properties.size >= one.propertiesMax || name.length > NAME_LENGTH_MAX) return undefined;
  const fresh: SeenProperty = { types: {}, examples: new Set(), firstSeen: Infinity, lastSeen: 0 };
  one.properties.set(name, fresh);
  return fresh;
}

/** Adds what could not be written to what was seen meanwhile. */
export function addSeen(into: SeenEvents, from: SeenEvents): void {
  for (const [name, one] of from) {
    const known = into.get(name);
    if (!known) {
      if (into.size < EVENTS_MAX) into.set(name, one);
      continue;
    }
    for (const [quarter, count] of one.quarters) known.quarters.set(quarter, (known.quarters.get(quarter) ?? 0) + count);
    known.count += one.count;
    known.sampled += one.sampled;
    known.firstSeen = Math.min(known.firstSeen, one.firstSeen);
    known.lastSeen = Math.max(known.lastSeen, one.lastSeen);
    for (const [property, value] of one.properties) addProperty(known.properties, property, value);
  }
}

function addProperty(into: Map<string, SeenProperty>, name: string, from: SeenProperty): void {
  const known = into.get(name);
  if (!known) {
    if (into.size < PROPERTIES_MAX) into.set(name, from);
    return;
  }
  for (const [type, count] of Object.entries(from.types) as [ValueType, number][]) known.types[type] = (known.types[type] ?? 0) + count;
  for (const example of from.examples) if (known.examples.size < EXAMPLES_MAX) known.examples.add(example);
  known.firstSeen = Math.min(known.firstSeen, from.firstSeen);
  known.lastSeen = Math.max(known.lastSeen, from.lastSeen);
}
