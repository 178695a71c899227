import type { TestGateway } from './open-gateway.ts';
import { type RecordedRequest, recordedRequests } from './recorded-request.ts';

/** A row of the stream as tests look at it. */
export interface StoredEvent {
  event: string;
  person_id: number;
  user_id: string;
  anonymous_id: string;
  session_id: string;
  message_id: string;
  source: string;
  /** Milliseconds. */
  ms: number;
  properties: Record<string, unknown>;
  context: Record<string, unknown>;
}

/** Events of a project in the order in which they happened. */
export async function storedEvents(on: TestGateway, projectId: number): Promise<StoredEvent[]> {
  const rows = await on.kernel.clickhouse.query<Omit<StoredEvent, 'context'> & { context: string }>(
    `SELECT event, person_id, user_id, anonymous_id, session_id, message_id, source, toUnixTimestamp64Milli(time) AS ms, properties, context
     FROM events WHERE project_id = {projectId:UInt32} AND event != '$merged' ORDER BY time, sequence, event`,
    { projectId },
  );
  return rows.map((row) => ({ ...row, ms: Number(row.ms), context: JSON.parse(row.context) as Record<string, unknown> }));
}

/** Sends a recorded request again, to the dialect's own place, which names the key. */
export function replay(on: TestGateway, mount: string, { method, url, headers, bodyBase64 }: RecordedRequest): Promise<Response> {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(accept-encoding|authorization|host|connection)$/.test(name)));
  const body = bodyBase64 && method === 'POST' ? { body: new Uint8Array(Buffer.from(bodyBase64, 'base64')) } : {};
  return fetch(`${on.url}${mount}${url}`, { method, headers: kept, ...body });
}

/** Every recorded request of a client, sent again in order. */
export async function replayAll(on: TestGateway, file: string, mount: string): Promise<{ recorded: RecordedRequest; answer: Response }[]> {
  const answers = [];
  for (const recorded of recordedRequests(file)) answers.push({ recorded, answer: await replay(on, mount, recorded) });
  return answers;
}

/** What is known of groups. */
export async function groupsOf(on: TestGateway, projectId: number): Promise<{ type: string; id: string; traits: Record<string, unknown> }[]> {
  const text = 'SELECT type, id, traits FROM person_groups WHERE project_id = $1 ORDER BY type, id';
  return (await on.kernel.postgres.pool.query<{ type: string; id: string; traits: Record<string, unknown> }>(text, [projectId])).rows;
}

/** The traits of whoever has that user id. */
export async function traitsOf(on: TestGateway, projectId: number, userId: string): Promise<Record<string, unknown> | undefined> {
  const personId = await on.identity.personOf(projectId, 'user', userId);
  return personId === undefined ? undefined : (await on.identity.person(projectId, personId))?.traits;
}
