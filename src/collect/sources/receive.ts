import { AppError } from '../../kernel/errors/errors.ts';
import type { DialectMessage, GatewayApi } from '../gateway/index.ts';
import { type Becomes, type Mapping, type Problem, refuseSource } from './contract.ts';
import type { Fate } from './deliveries.ts';
import { guessMapping } from './guess-mapping.ts';
import { type MappingSurroundings, mapBody } from './map-body.ts';
import { pathsOf } from './path.ts';
import type { LiveSource } from './source.ts';

/** The value that a body means: JSON, or the fields of a form. Throws `sources.body_unreadable`. */
export function readBody(text: string): unknown {
  const trimmed = text.charCodeAt(0) === 0xfeff ? text.slice(1).trim() : text.trim();
  try {
    const value: unknown = JSON.parse(trimmed);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Perhaps a form.
  }
  if (!/^[^<>{}\s"]+=/.test(trimmed)) throw refuseSource('body_unreadable');
  return Object.fromEntries([...new URLSearchParams(trimmed)].map(([name, value]) => [name, jsonOf(value)]));
}

/** Forms carry objects as JSON text. */
function jsonOf(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The mapping's surroundings for one body of a source. */
export function surroundingsOf(source: Pick<LiveSource, 'id'>, more: Omit<MappingSurroundings, 'idPrefix'>): MappingSurroundings {
  return { ...more, idPrefix: `hook:${source.id.slice(-12)}` };
}

/** Takes what a body means through the gateway, and says what became of it. Throws the stream's 503s. */
export async function takeBody(
  source: LiveSource,
  text: string,
  around: MappingSurroundings,
  gateway: Pick<GatewayApi, 'takeEvents'>,
): Promise<Fate> {
  if (!source.mapping) return fateOf('unmapped');
  let mapped: ReturnType<typeof mapBody>;
  try {
    mapped = mapBody(source.mapping, readBody(text), around);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...fateOf(error.code === 'sources.body_unreadable' ? 'unreadable' : 'refused'), refused: 1, problems: [problemOf(error)] };
  }
  if (mapped.messages.length === 0) return fateOf('skipped');
  const taken = await gateway.takeEvents(source.projectId, source.name, mapped.messages, { source: 'webhook', receivedAt: around.receivedAt });
  const problems = taken.refused.map(({ index, code, details }) => problemAt(mapped.messages[index], { code, details }));
  const state = taken.refused.length === 0 ? 'taken' : taken.refused.length === mapped.messages.length ? 'refused' : 'partly';
  return { state, accepted: taken.accepted, duplicates: taken.duplicates, refused: taken.refused.length, problems };
}

export function fateOf(state: Fate['state']): Fate {
  return { state, accepted: 0, duplicates: 0, refused: 0, problems: [] };
}

export function problemOf(error: AppError): Problem {
  return { code: error.code, message: error.message, details: error.details };
}

function problemAt(message: DialectMessage | undefined, { code, details }: { code: string; details: Record<string, unknown> }): Problem {
  return message && 'error' in message ? problemOf(message.error) : { code, message: code, details };
}

/** What a body would become; proposes a mapping when there is none. */
export function preview(
  mapping: Mapping | null,
  text: string,
  around: MappingSurroundings,
): { mapping: Mapping; results: ({ becomes: Becomes } | { problem: Problem })[]; skipped: number; paths: { path: string; sample: string }[] } {
  const body = readBody(text);
  const used = mapping ?? guessMapping(body, around.headers);
  const found = pathsOf(Array.isArray(body) ? body[0] : body);
  const paths = [...Object.entries(around.headers).map(([name, value]) => ({ path: `@${name}`, value: value as unknown })), ...found].map(
    ({ path, value }) => ({
      path,
      sample: (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 80),
    }),
  );
  try {
    const { messages, skipped } = mapBody(used, body, around);
    return { mapping: used, results: messages.slice(0, 20).map(shown), skipped, paths };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { mapping: used, results: [{ problem: problemOf(error) }], skipped: 0, paths };
  }
}

function shown(message: DialectMessage): { becomes: Becomes } | { problem: Problem } {
  if ('error' in message) return { problem: problemOf(message.error) };
  const { kind, event, messageId, time, userId = null, anonymousId = null, ids = [], properties, traits = {} } = message.event;
  return { becomes: { kind, event, messageId, time, userId, anonymousId, ids: ids.map((id) => ({ ...id })), properties, traits } };
}
