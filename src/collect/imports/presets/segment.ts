import { eventKind, type IncomingEvent } from '../../stream/contract.ts';
import type { Row, RowReader } from '../mapping/row-reader.ts';
import { refuseRow } from '../refuse-row.ts';
import { objectIn, type Preset, type PresetSurroundings, textIn, timeReader, withIds } from './preset.ts';

const names = { identify: '$identify', page: '$page', screen: '$screen', group: '$group', alias: '$alias' } as const;

/** Segment's raw files (S3, GCS) and whatever keeps its calls one a line: https://segment.com/docs/connections/storage/catalog/aws-s3/ */
export const segment: Preset = {
  content: 'events',
  recognises: (row) => eventKind.safeParse(row.type).success && ('messageId' in row || 'anonymousId' in row || 'userId' in row),
  compile,
};

function compile(around: PresetSurroundings): RowReader {
  const timeOf = timeReader(around.timeZone);
  return (record, row) => {
    const kind = eventKind.safeParse(record.type);
    if (!kind.success) throw refuseRow('row_preset', { details: { column: 'type', value: String(record.type).slice(0, 80) } });
    const context = objectIn(record.context);
    const made: Omit<IncomingEvent, 'userId' | 'anonymousId' | 'sessionId'> = {
      messageId: textIn(record.messageId) ?? around.idOf(row),
      kind: kind.data,
      event: kind.data === 'track' ? (textIn(record.event) ?? '') : names[kind.data],
      time: timeOf(record.timestamp ?? record.originalTimestamp, 'timestamp'),
      sequence: row,
      properties: propertiesOf(kind.data, record),
      context,
    };
    if (made.event === '') throw refuseRow('row_event_missing');
    const event = withIds(made, { userId: textIn(record.userId), anonymousId: textIn(record.anonymousId), sessionId: textIn(context.sessionId) });
    const previousId = textIn(record.previousId);
    if (kind.data === 'alias' && previousId !== undefined) event.previousId = previousId;
    const traits = kind.data === 'identify' ? objectIn(record.traits) : objectIn(context.traits);
    if (Object.keys(traits).length > 0) event.traits = traits;
    const groupId = textIn(record.groupId);
    if (kind.data === 'group' && groupId !== undefined) {
      const changes = Object.entries(objectIn(record.traits)).map(([name, value]) => ({ operation: 'set' as const, name, value }));
      event.groups = [{ type: 'group', id: groupId, changes }];
    }
    return event;
  };
}

function propertiesOf(kind: string, record: Row): Record<string, unknown> {
  if (kind === 'identify') return objectIn(record.traits);
  if (kind === 'group') return { ...objectIn(record.traits), groupId: textIn(record.groupId) ?? null };
  if (kind === 'alias') return { previousId: textIn(record.previousId) ?? null, userId: textIn(record.userId) ?? null };
  const name = textIn(record.name);
  return { ...objectIn(record.properties), ...(kind !== 'track' && name !== undefined && { name }) };
}
