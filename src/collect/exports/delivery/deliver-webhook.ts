import { createHash } from 'node:crypto';
import { type ExportedEvent, eventsAfter, type Place, peopleTold } from '../reading/events.ts';
import { type ExportedPerson, peopleNow } from '../reading/people.ts';
import type { WebhookSettings } from '../tables.ts';
import { type Delivery, nextArrival } from './delivery.ts';
import { sendWebhook, type WebhookTarget } from './send-webhook.ts';

const READ_AT_ONCE = 5_000;
const BATCH_MAX = 500;
const BATCH_BYTES_MAX = 1_048_576;
/** A stretch is short enough that ordering it by arrival costs little. */
const WINDOW_MAX_MS = 3_600_000;

/**
 * Sends what arrived since the last time, in order of arrival, and remembers after each batch how far it is: after a crash or a refusal at most one
 * batch goes again, under the same id. Gives whether there may be more at once.
 */
export async function deliverToWebhook(delivery: Delivery, signal: AbortSignal): Promise<boolean> {
  const { row, parts } = delivery;
  const settled = delivery.now - parts.limits.webhookMarginMs;
  const from = row.window_from.getTime();
  if (settled <= from) return false;
  const start = row.window_rows > 0 ? from : await nextArrival(parts, row, from);
  if (start === undefined || start >= settled) {
    await delivery.save({ window_from: new Date(settled), cursor_at: new Date(settled), cursor_id: '' });
    return false;
  }
  const until = Math.min(settled, start + WINDOW_MAX_MS);
  if (row.content.includes('events')) await sendEvents(delivery, { until, isAgain: false }, signal);
  if (row.content.includes('people')) await sendPeople(delivery, { from, until }, signal);
  const rows = delivery.row.window_rows;
  if (rows > 0) await delivery.noteWindow({ from, until, rows });
  await delivery.save({
    window_from: new Date(until),
    cursor_at: new Date(until),
    cursor_id: '',
    window_rows: 0,
    delivered_at: new Date(delivery.now),
  });
  return until < settled;
}

/** Sends a stretch once more, whole: an event was written into it late. */
export async function repeatToWebhook(delivery: Delivery, window: { from: number; until: number }, signal: AbortSignal): Promise<number> {
  return sendEvents(delivery, { until: window.until, isAgain: true, after: { at: window.from, id: '' } }, signal);
}

interface Stretch {
  until: number;
  /** The place is not remembered: the cursor is far beyond. */
  isAgain: boolean;
  after?: Place;
}

async function sendEvents(delivery: Delivery, stretch: Stretch, signal: AbortSignal): Promise<number> {
  const { parts } = delivery;
  const { project_id: projectId, event_names: events } = delivery.row;
  const target = targetOf(delivery);
  let place: Place = stretch.after ?? { at: delivery.row.cursor_at.getTime(), id: delivery.row.cursor_id };
  let sent = 0;
  for (;;) {
    const canonical = await parts.identity.canonical(projectId);
    const found = await eventsAfter(parts.kernel.clickhouse, canonical, {
      projectId,
      events,
      after: place,
      until: stretch.until,
      limit: READ_AT_ONCE,
    });
    for (const batch of batchesOf(found)) {
      signal.throwIfAborted();
      const last = batch.at(-1);
      if (!last) continue;
      await sendWebhook(target, messageOf(delivery, 'events', batch.map(shownEvent)), signal);
      place = { at: last.arrived, id: last.messageId };
      sent += batch.length;
      if (!stretch.isAgain)
        await delivery.save({
          cursor_at: new Date(place.at),
          cursor_id: place.id,
          window_rows: delivery.row.window_rows + batch.length,
          delivered_events: delivery.row.delivered_events + batch.length,
          delivered_at: new Date(delivery.now),
        });
      else await delivery.save({});
    }
    if (found.length < READ_AT_ONCE) return sent;
  }
}

async function sendPeople(delivery: Delivery, { from, until }: { from: number; until: number }, signal: AbortSignal): Promise<void> {
  const { parts, row } = delivery;
  const canonical = await parts.identity.canonical(row.project_id);
  const told = await peopleTold(parts.kernel.clickhouse, canonical, { projectId: row.project_id, from, until });
  const target = targetOf(delivery);
  for (let at = 0; at < told.length; at += BATCH_MAX) {
    signal.throwIfAborted();
    const people: ExportedPerson[] = await peopleNow(parts.identity, row.project_id, told.slice(at, at + BATCH_MAX));
    if (people.length === 0) continue;
    await sendWebhook(target, messageOf(delivery, 'people', people), signal);
    await delivery.save({ delivered_people: delivery.row.delivered_people + people.length, delivered_at: new Date(delivery.now) });
  }
}

export function targetOf(delivery: Delivery): WebhookTarget {
  return { settings: delivery.row.settings as WebhookSettings, secret: delivery.secret, allowsPrivate: delivery.parts.allowsPrivate };
}

/** The id is made of what is sent, so that the same batch has the same id when it goes again. */
function messageOf(delivery: Delivery, kind: 'events' | 'people', items: readonly object[]): { id: string; content: object } {
  const { id: destination, project_id: project } = delivery.row;
  const hash = createHash('sha256')
    .update(JSON.stringify([destination, kind, items]))
    .digest('hex')
    .slice(0, 32);
  return { id: `msg_${hash}`, content: { type: kind, project, destination, [kind]: items } };
}

function shownEvent({ arrived: _arrived, context, day: _day, passive, ...event }: ExportedEvent & { arrived: number }): object {
  return { ...event, passive: passive === 1, context: JSON.parse(context || '{}') as unknown };
}

function* batchesOf<Item extends ExportedEvent>(items: readonly Item[]): Generator<Item[]> {
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = JSON.stringify(item.properties).length + item.context.length + 400;
    if (batch.length > 0 && (batch.length >= BATCH_MAX || bytes + size > BATCH_BYTES_MAX)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
