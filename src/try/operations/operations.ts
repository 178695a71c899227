import { type QueryExecutorProvider, sql } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import { jsonText } from '../../kernel/json-text.ts';
import type { OperationDeclaration } from './api.ts';
import type { Operation } from './contract.ts';
import type { OperationRow } from './tables.ts';

const LISTED_MAX = 500;

/** Registers an operation or changes what it declares; an ended one lives again. */
export async function declareOperation(declaration: OperationDeclaration, clock: Clock, tx: QueryExecutorProvider): Promise<void> {
  const { projectId, operation, kind, name, goal, controlPercent } = declaration;
  await sql`
    INSERT INTO operations (project_id, operation, kind, name, goal, control_percent, started_at)
    VALUES (${projectId}, ${operation}, ${kind}, ${name}, ${jsonText(goal)}::jsonb, ${controlPercent}, ${new Date(clock.now())})
    ON CONFLICT (project_id, operation) DO UPDATE
    SET name = excluded.name, goal = excluded.goal, control_percent = excluded.control_percent, ended_at = NULL`.execute(tx);
}

/** Marks an operation as over; the first time stays. */
export async function endOperation(projectId: number, operation: string, clock: Clock, tx: QueryExecutorProvider): Promise<void> {
  await sql`
    UPDATE operations SET ended_at = COALESCE(ended_at, ${new Date(clock.now())})
    WHERE project_id = ${projectId} AND operation = ${operation}`.execute(tx);
}

/** Operations of a project, the last started first. */
export async function operationsOf(projectId: number, db: QueryExecutorProvider): Promise<Operation[]> {
  const { rows } = await sql<OperationRow>`
    SELECT * FROM operations WHERE project_id = ${projectId} ORDER BY started_at DESC, operation LIMIT ${LISTED_MAX}`.execute(db);
  return rows.map((row) => ({
    operation: row.operation,
    kind: row.kind,
    name: row.name,
    goal: row.goal,
    controlPercent: row.control_percent,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  }));
}
