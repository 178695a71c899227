import type { z } from 'zod';
import type { Locale } from '../../kernel/http/handle.ts';
import { check, type Texts } from '../../kernel/http/texts.ts';
import { compilePattern } from './pattern.ts';
import { PatternFault } from './pattern-syntax.ts';
import { sortedDocument } from './plan-changes.ts';
import {
  type PlanDocument,
  type PlannedEvent,
  type PlannedProperty,
  type PlannedTrait,
  planDocumentSchema,
  planLimits,
  plannedEventSchema,
  plannedTraitSchema,
} from './plan-document.ts';
import { fitsType } from './value-types.ts';

export interface PlanFault {
  /** Dotted, as in `events.Order Completed.properties.total.min`. */
  path: string;
  message: string;
}

/** What a reader is told, in which language. */
export interface FaultWords {
  texts: Texts;
  locale: Locale;
}

type Add = (path: string, fault: string, details?: Record<string, unknown>) => void;

/** What was read, tidied; or all that is wrong with it (100 faults at most). */
export type Read<Value> = { value: Value } | { faults: PlanFault[] };

/** Reads a document: the plan in order, or its faults. */
export function readDocument(input: unknown, words: FaultWords): Read<PlanDocument> {
  return read(input, planDocumentSchema, words, (document, add) => {
    const events = Object.entries(document.events ?? {});
    const traits = Object.entries(document.traits ?? {});
    if (events.length > planLimits.eventsMax) add('events', 'too_many_events', { max: planLimits.eventsMax });
    if (traits.length > planLimits.traitsMax) add('traits', 'too_many_traits', { max: planLimits.traitsMax });
    for (const [name, event] of events) checkEvent(event, `events.${name}`, add);
    for (const [name, trait] of traits) checkField(trait, `traits.${name}`, add);
    return sortedDocument({
      ...document,
      events: Object.fromEntries(events.map(([name, event]) => [name, tidyEvent(event)])),
      traits: Object.fromEntries(traits.map(([name, trait]) => [name, tidyField(trait)])),
    });
  });
}

/** The same for one event. */
export function readEvent(input: unknown, words: FaultWords): Read<PlannedEvent> {
  return read(input, plannedEventSchema, words, (event, add) => {
    checkEvent(event, '', add);
    return tidyEvent(event);
  });
}

/** The same for one trait. */
export function readTrait(input: unknown, words: FaultWords): Read<PlannedTrait> {
  return read(input, plannedTraitSchema, words, (trait, add) => {
    checkField(trait, '', add);
    return tidyField(trait);
  });
}

const FAULTS_MAX = 100;

function read<Value>(input: unknown, schema: z.ZodType<Value>, { texts, locale }: FaultWords, tidy: (value: Value, add: Add) => Value): Read<Value> {
  const checked = check(schema, input, 'plan', locale);
  if ('issues' in checked)
    return { faults: checked.issues.slice(0, FAULTS_MAX).map(({ path, message }) => ({ path: path.replace(/^plan\.?/, ''), message })) };
  const faults: PlanFault[] = [];
  const add: Add = (path, fault, details = {}) => {
    if (faults.length < FAULTS_MAX)
      faults.push({ path: path.replace(/^\./, ''), message: texts.text(locale, `tracking-plan.faults.${fault}`, details) ?? fault });
  };
  const value = tidy(checked.value, add);
  return faults.length > 0 ? { faults } : { value };
}

function checkEvent(event: PlannedEvent, path: string, add: Add): void {
  const properties = Object.entries(event.properties ?? {});
  if (properties.length > planLimits.propertiesMax) add(`${path}.properties`, 'too_many_properties', { max: planLimits.propertiesMax });
  for (const [name, property] of properties) checkField(property, `${path}.properties.${name}`, add);
}

function checkField(field: PlannedProperty, path: string, add: Add): void {
  const { type, min, max } = field;
  if (min !== undefined && max !== undefined && min > max) add(`${path}.max`, 'min_above_max', { min, max });
  if ((min !== undefined || max !== undefined) && !(type === undefined || type === 'number' || type === 'integer' || type === 'list'))
    add(`${path}.${min === undefined ? 'max' : 'min'}`, 'range_needs_number', { type });
  if (field.pattern !== undefined) checkPattern(field, path, add);
  if (type === undefined || type === 'list') return;
  const foreign = field.enum?.find((value) => !fitsType(value, type));
  if (foreign !== undefined) add(`${path}.enum`, 'enum_of_other_type', { type, value: JSON.stringify(foreign) });
}

function checkPattern({ pattern = '', type }: PlannedProperty, path: string, add: Add): void {
  if (!(type === undefined || type === 'string' || type === 'datetime' || type === 'list')) add(`${path}.pattern`, 'pattern_needs_text', { type });
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    add(`${path}.pattern`, `pattern_${error.reason}`);
  }
}

function tidyEvent(event: PlannedEvent): PlannedEvent {
  const properties = Object.entries(event.properties ?? {}).map(([name, property]) => [name, tidyField(property)]);
  return filled({
    status: event.status === 'expected' ? undefined : event.status,
    displayName: event.displayName && filled(event.displayName),
    description: event.description,
    owner: event.owner,
    tags: event.tags && [...new Set(event.tags)],
    rules: event.rules && filled(event.rules),
    properties: Object.fromEntries(properties) as PlannedEvent['properties'],
  } as PlannedEvent);
}

/** Leaves out what says nothing more than its absence; `public` stays, because it was said. */
function tidyField<Field extends PlannedTrait>(field: Field): Field {
  const required = (field as PlannedProperty).required === true;
  const tidied = {
    ...field,
    displayName: field.displayName && filled(field.displayName),
    ...('required' in field && { required: required || undefined }),
  };
  return filled(tidied as Field);
}

function filled<Part extends object>(part: Part): Part {
  const entries = Object.entries(part).filter(([, value]) => value !== undefined && value !== '' && !isEmpty(value));
  return Object.fromEntries(entries) as Part;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
