import { type Selectable, sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { AcceptResult, IncomingEvent } from '../stream/contract.ts';
import type { StreamApi } from '../stream/index.ts';
import { type Import, type ImportLine, importLineSchema, REFUSALS_KEPT, type Refusal, refuseImport } from './contract.ts';
import { present } from './present.ts';
import type { ImportsTable, ImportTables } from './tables.ts';

/** Imports of files through the same door that live events take. */
export interface ImportsApi {
  /** Starts an import, or continues the running one of this name. */
  start(projectId: number, input: { name: string; total?: number | undefined }): Promise<Import>;
  /**
   * Takes lines; durable when it resolves, and safe to repeat: `firstLine` numbers lines that bring no messageId.
   * `source` marks the events (`import` unless given). Throws `imports.unknown_import`, `imports.import_closed`, and the stream's 503s.
   */
  add(projectId: number, importId: string, chunk: LineChunk): Promise<{ import: Import; refusals: Refusal[] }>;
  finish(projectId: number, importId: string, state: 'done' | 'cancelled'): Promise<Import>;
  list(projectId: number): Promise<Import[]>;
  get(projectId: number, importId: string): Promise<{ import: Import; refusals: Refusal[] }>;
}

export interface LineChunk {
  firstLine: number;
  lines: readonly unknown[];
  source?: string;
  /** The events are facts about people that they did not do. */
  passive?(line: ImportLine): boolean;
}

const LISTED_MAX = 200;

export function createImports(kernel: Kernel, stream: StreamApi): ImportsApi {
  const db = kernel.postgres.as<ImportTables>();
  const find = async (projectId: number, importId: string): Promise<Selectable<ImportsTable>> => {
    const row = await db.selectFrom('imports').selectAll().where('project_id', '=', projectId).where('id', '=', importId).executeTakeFirst();
    if (!row) throw refuseImport('unknown_import');
    return row;
  };
  return {
    start: (projectId, input) => startImport(kernel, projectId, input),
    async add(projectId, importId, chunk) {
      const row = await find(projectId, importId);
      if (row.state !== 'running' || row.file_id !== null) throw refuseImport('import_closed');
      const taken = await takeLines(kernel, stream, { projectId, importId, chunk });
      return { import: present(await countLines(kernel, row, taken)), refusals: taken.refusals };
    },
    async finish(projectId, importId, state) {
      await find(projectId, importId);
      const finishedAt = new Date(kernel.clock.now());
      const running = db
        .updateTable('imports')
        .where('project_id', '=', projectId)
        .where('id', '=', importId)
        .where('state', '=', 'running')
        .where('file_id', 'is', null);
      await running.set({ state, finished_at: finishedAt }).execute();
      return present(await find(projectId, importId));
    },
    async list(projectId) {
      const rows = await db
        .selectFrom('imports')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('mode', '=', 'take')
        .orderBy('created_at', 'desc')
        .limit(LISTED_MAX)
        .execute();
      return rows.map(present);
    },
    async get(projectId, importId) {
      const row = await find(projectId, importId);
      return { import: present(row), refusals: row.refusals };
    },
  };
}

async function startImport(kernel: Kernel, projectId: number, { name, total }: { name: string; total?: number | undefined }): Promise<Import> {
  const fresh = {
    id: kernel.ids.uuid(),
    project_id: projectId,
    name,
    state: 'running' as const,
    total: total ?? null,
    created_at: new Date(kernel.clock.now()),
    finished_at: null,
  };
  const row = await kernel.postgres
    .as<ImportTables>()
    .insertInto('imports')
    .values(fresh)
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'name']).where('state', '=', 'running').where('file_id', 'is', null).doUpdateSet({ total: fresh.total }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return present(row);
}

/** Adds what became of a chunk to the import's counts. */
function countLines(kernel: Kernel, row: Selectable<ImportsTable>, { result, refusals }: TakenLines): Promise<Selectable<ImportsTable>> {
  const fresh = refusals.slice(0, Math.max(0, REFUSALS_KEPT - row.refusals.length));
  return kernel.postgres
    .as<ImportTables>()
    .updateTable('imports')
    .set({
      accepted: sql`accepted + ${result.accepted}`,
      duplicates: sql`duplicates + ${result.duplicates}`,
      refused: sql`refused + ${refusals.length}`,
      refusals: sql`refusals || ${jsonText(fresh)}::jsonb`,
    })
    .where('project_id', '=', row.project_id)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

interface TakenLines {
  result: Pick<AcceptResult, 'accepted' | 'duplicates'>;
  refusals: Refusal[];
}

async function takeLines(kernel: Kernel, stream: StreamApi, input: { projectId: number; importId: string; chunk: LineChunk }): Promise<TakenLines> {
  const { projectId, importId, chunk } = input;
  const events: IncomingEvent[] = [];
  const lineOf: number[] = [];
  const refusals: Refusal[] = [];
  for (const [index, raw] of chunk.lines.entries()) {
    const line = chunk.firstLine + index;
    const parsed = importLineSchema.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      refusals.push({ line, code: 'imports.line_invalid', message: `${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'not a call'}` });
      continue;
    }
    events.push(toEvent(parsed.data, { importId, line, passive: chunk.passive?.(parsed.data) ?? false }));
    lineOf.push(line);
  }
  if (events.length === 0) return { result: { accepted: 0, duplicates: 0 }, refusals };
  const result = await stream.accept(projectId, events, { receivedAt: kernel.clock.now(), source: chunk.source ?? 'import' });
  for (const [index, outcome] of result.outcomes.entries()) {
    if (outcome.status === 'refused') refusals.push({ line: lineOf[index] ?? 0, code: outcome.code, message: outcome.message });
  }
  return { result, refusals };
}

function toEvent(call: ImportLine, place: { importId: string; line: number; passive: boolean }): IncomingEvent {
  const isPage = call.type === 'page' || call.type === 'screen';
  return {
    messageId: call.messageId ?? `import:${place.importId}:${place.line}`,
    kind: call.type,
    event: call.type === 'track' ? (call.event ?? '') : `$${call.type}`,
    ...(call.userId !== undefined && { userId: call.userId }),
    ...(call.anonymousId !== undefined && { anonymousId: call.anonymousId }),
    ...(call.previousId !== undefined && { previousId: call.previousId }),
    time: typeof call.timestamp === 'number' ? call.timestamp : Date.parse(call.timestamp),
    sequence: place.line,
    properties: { ...call.properties, ...(isPage && call.name !== undefined && { name: call.name }) },
    ...(call.traits && { traits: call.traits }),
    context: call.context ?? {},
    passive: place.passive,
  };
}
