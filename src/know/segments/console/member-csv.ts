import { csvText } from '../../../console/kit/table/export-csv.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import type { exportMembers } from '../contract.ts';

export type ExportedMember = ReplyOf<typeof exportMembers>['items'][number];

/** Members as CSV: number, ids, since when, and a column for each trait that anybody has. Objects and lists are written as JSON. */
export function memberCsv(members: readonly ExportedMember[], t: (key: string) => string): string {
  const traits = [...new Set(members.flatMap((member) => Object.keys(member.traits)))].toSorted();
  const column = (key: string, title: string, value: (member: ExportedMember) => string | number | boolean | null | undefined) => ({
    key,
    title,
    value,
    render: () => null,
  });
  return csvText(members, [
    column('person', t('members.personId'), (member) => member.personId),
    column('user', t('members.userIds'), (member) => member.userIds.join(' ')),
    column('anonymous', t('members.anonymousIds'), (member) => member.anonymousIds.join(' ')),
    column('entered', t('members.entered'), (member) => new Date(member.enteredAt).toISOString()),
    ...traits.map((name) => column(`trait:${name}`, name, (member) => cellOf(member.traits[name]))),
  ]);
}

function cellOf(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value);
}
