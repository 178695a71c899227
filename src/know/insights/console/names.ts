import i18next, { type TFunction } from 'i18next';
import type { Format } from '../../../console/kit/use-format.ts';
import { valueName } from '../../../console/kit/value-name.ts';
import type { Bucket, Group, Interval, TrendQuestion } from '../contract.ts';

/** How a group is called. */
export function groupName(group: Group, t: TFunction<'insights'>): string {
  // Whatever property it is of: nothing else is written like a province's code.
  if (group.kind === 'value' && /^CN-[A-Z]{2}$/.test(group.value)) return valueName('$province', group.value, i18next.language) ?? group.value;
  if (group.kind === 'value') return group.value === '' ? t('emptyText') : group.value;
  return t(`groups.${group.kind}`);
}

/** How an event is called; those of the system have names in the reader's language. */
export function eventName(event: string, t: TFunction<'insights'>): string {
  if (event === '') return t('anyEvent');
  return event.startsWith('$') ? t(`audiences:systemEvents.${event.slice(1)}`, { defaultValue: event }) : event;
}

/** What a trend measures, of what. */
export function measureName(question: TrendQuestion, t: TFunction<'insights'>): string {
  const { measure } = question;
  const property = 'property' in measure ? measure.property : '';
  return t(`measureOf.${measure.kind}`, { event: eventName(question.event, t), property });
}

/** How a bucket is called: hours by the clock, months by their number. */
export function bucketName(bucket: Bucket, interval: Interval, format: Format): string {
  if (interval === 'hour') return bucket.label.slice(5).replace('T', ' ');
  if (interval === 'month' || interval === 'quarter') return bucket.label.slice(0, 7);
  return format.day(bucket.label);
}

/** A value of a trend. */
export function writeValue(value: number, question: TrendQuestion, format: Format): string {
  return question.measure.kind === 'average' ? format.number(value, 2) : format.number(value);
}
