import type { IdentityApi } from '../../collect/identity/index.ts';
import type { Locale } from '../../kernel/http/handle.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import { sentence } from '../audiences/contract.ts';
import type { AudiencesApi } from '../audiences/index.ts';
import { refuseSegment, type SegmentView } from './contract.ts';
import { type MemberRow, membersPage } from './queries/members-page.ts';
import { type DayOfSegment, sizesByDay } from './queries/sizes-by-day.ts';
import type { SegmentRow } from './segments.ts';

const HISTORY_DAYS = 30;
const MS_PER_DAY = 86_400_000;

export interface PresentationParts {
  kernel: Kernel;
  audiences: AudiencesApi;
  identity: IdentityApi;
  projects: ProjectsApi;
}

/** Rows as the contract shows them, with their sentences. */
export async function viewsOf(parts: PresentationParts, rows: readonly SegmentRow[], locale: Locale): Promise<SegmentView[]> {
  const [first] = rows;
  if (!first) return [];
  const names = await parts.audiences.names(first.project_id, ...rows.map((row) => row.condition));
  return rows.map((row) => ({
    segmentId: row.id,
    name: row.name,
    description: row.description,
    condition: row.condition,
    version: row.version,
    state: row.state,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    sentence: sentence(row.condition, locale, names),
    size: row.state === 'live' ? row.size : 0,
    isComputing: row.built_wish < row.wish && row.fault === null,
    ...(row.rebuilt_at && { rebuiltAt: row.rebuilt_at.getTime() }),
    ...(row.fault !== null && { fault: row.fault }),
  }));
}

/** Sizes of these segments over the last 30 local days, today last. */
export async function historyOf(parts: PresentationParts, projectId: number, rows: readonly SegmentRow[]): Promise<Map<number, DayOfSegment[]>> {
  const timeZone = (await parts.projects.project(projectId))?.timeZone ?? 'UTC';
  const dayFormat = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const today = Date.parse(`${dayFormat.format(parts.kernel.clock.now())}T00:00:00Z`);
  const days = Array.from({ length: HISTORY_DAYS }, (_, index) =>
    new Date(today - (HISTORY_DAYS - 1 - index) * MS_PER_DAY).toISOString().slice(0, 10),
  );
  const segments = rows.map((row) => ({ segmentId: row.id, size: row.size }));
  return sizesByDay(parts.kernel.clickhouse, { projectId, segments, days, timeZone });
}

/** A page of members, the last entered first. Throws `segments.bad_cursor`. */
export async function pageOfMembers(
  parts: PresentationParts,
  asked: { projectId: number; segmentId: number; cursor?: string | undefined; limit: number; search?: string | undefined },
): Promise<{ rows: MemberRow[]; nextCursor?: string }> {
  const { projectId, segmentId, cursor, limit } = asked;
  const canonical = await parts.identity.canonical(projectId);
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const search = asked.search ? await searchOf(parts, projectId, asked.search) : undefined;
  const found = await membersPage(parts.kernel.clickhouse, {
    projectId,
    segmentId,
    canonical,
    limit: limit + 1,
    ...(after && { after }),
    ...(search && { search }),
  });
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return found.length > limit && last ? { rows, nextCursor: `${last.entered_at}.${last.person}` } : { rows };
}

/** What a search for text needs: the traits to look through, and the people with exactly this external id. */
async function searchOf({ identity, audiences }: PresentationParts, projectId: number, text: string) {
  const [traits, ...people] = await Promise.all([
    audiences.traitNames(projectId),
    identity.personOf(projectId, 'user', text),
    identity.personOf(projectId, 'anonymous', text),
  ]);
  return { text, traits, people: people.filter((person) => person !== undefined) };
}

function parseCursor(cursor: string): MemberRow {
  const [, at, person] = /^(\d{1,15})\.(\d{1,10})$/.exec(cursor) ?? [];
  if (at === undefined || Number(person) > 4_294_967_295) throw refuseSegment('bad_cursor');
  return { entered_at: Number(at), person: Number(person) };
}
