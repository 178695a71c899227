import { AppError } from '../../kernel/errors/errors.ts';
import { type BoundRoute, handle, type Locale } from '../../kernel/http/handle.ts';
import type { Texts } from '../../kernel/http/texts.ts';
import type { Jobs } from '../../kernel/jobs/jobs.ts';
import { jsonText } from '../../kernel/json-text.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { IncomingEvent } from '../stream/contract.ts';
import { createFile, getFile, linkFile, lookAtFile, type PreviewRow, previewFile, reshapeFile, startRun, wishRun } from './contract.ts';
import { nameOfLocation } from './files/fetch-file.ts';
import { type ImportFiles, type LookedAtFile, presentFile } from './files/import-files.ts';
import { checkZone, gapsOf } from './mapping/check-mapping.ts';
import { compileMapping } from './mapping/map-row.ts';
import type { Mapping } from './mapping/mapping.ts';
import type { FileRuns } from './runs/file-runs.ts';
import { fetchFileJob } from './runs/jobs.ts';
import type { FileLocation } from './tables.ts';

const SAMPLES_SHOWN = 4;
const SAMPLE_LENGTH = 80;
const PREVIEWED = 20;

interface FileRouteParts {
  files: ImportFiles;
  runs: FileRuns;
  jobs: Jobs;
  box: SecretBox;
  audit: AuditApi;
  texts: Texts;
}

/** Files, what their rows become, and runs over them. */
export function fileRoutes(parts: FileRouteParts): BoundRoute[] {
  const { files, runs, audit } = parts;
  return [
    handle(createFile, async ({ params, body }) => presentFile(await files.create(params.projectId, body))),
    handle(linkFile, async ({ params, body }) => {
      const location: FileLocation = body.kind === 'url' ? body : sealed(body, parts.box);
      const row = await files.create(params.projectId, { name: nameOfLocation(location), sizeBytes: null, location });
      await parts.jobs.send(fetchFileJob, { projectId: params.projectId, fileId: row.id });
      return presentFile(row);
    }),
    handle(getFile, async ({ params }) => presentFile(await files.find(params.projectId, params.fileId))),
    handle(lookAtFile, async ({ params }) => shown(await files.look(params.projectId, params.fileId))),
    handle(reshapeFile, async ({ params, body }) => {
      const change = { ...(body.encoding && { encoding: body.encoding }), ...(body.delimiter && { delimiter: body.delimiter }) };
      await files.reshape(params.projectId, params.fileId, change);
      return presentFile(await files.find(params.projectId, params.fileId));
    }),
    handle(previewFile, async ({ params, body, locale }) => {
      checkZone(body.mapping.timeZone);
      return preview(await files.look(params.projectId, params.fileId), body.mapping, { locale, texts: parts.texts });
    }),
    handle(startRun, async ({ params, body, principal, locale }) => {
      const started = await runs.start(params.projectId, { fileId: params.fileId, ...body, locale });
      if (body.mode === 'take')
        await audit.write({
          projectId: params.projectId,
          principal,
          action: 'imports.start_import',
          subject: `import:${started.id}`,
          details: { name: started.name, content: body.mapping.content },
        });
      return started;
    }),
    handle(wishRun, async ({ params, body, principal }) => {
      const wished = await runs.wish(params.projectId, params.importId, body.wish);
      await audit.write({
        projectId: params.projectId,
        principal,
        action: `imports.${body.wish}_import`,
        subject: `import:${wished.id}`,
        details: { name: wished.name },
      });
      return wished;
    }),
  ];
}

function sealed(
  given: { endpoint?: string | undefined; region: string; bucket: string; key: string; accessKeyId: string; secretAccessKey: string },
  box: SecretBox,
): FileLocation {
  const { endpoint, region, bucket, key, accessKeyId, secretAccessKey } = given;
  return { kind: 's3', endpoint: endpoint ?? null, region, bucket, key, accessKeyId, sealedSecret: box.seal(secretAccessKey) };
}

function shown({ row, rows, guess, saved }: LookedAtFile) {
  const columns = row.shape.columns.map((column, index) => {
    const values = rows.map((record) => cellText(record[column])).filter((text) => text !== '');
    return { column, samples: [...new Set(values)].slice(0, SAMPLES_SHOWN), confidence: guess.confidence[index] ?? 0 };
  });
  return { file: presentFile(row), columns, guess: guess.mapping, saved: saved ?? null };
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : typeof value === 'object' ? jsonText(value) : String(value);
  return text.length > SAMPLE_LENGTH ? `${text.slice(0, SAMPLE_LENGTH)}…` : text;
}

function preview({ row: file, rows }: LookedAtFile, mapping: Mapping, reader: { locale: Locale; texts: Texts }) {
  const gaps = gapsOf(mapping, file.shape.columns);
  const read = compileMapping(mapping, { idOf: (row) => `import:${file.hash.slice(0, 32)}:${row}`, takenAt: file.created_at.getTime() });
  const previewed = rows.slice(0, PREVIEWED).map((record, index): PreviewRow => {
    const row = index + 1;
    try {
      return { row, event: shownEvent(read(record, row)), reason: null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { row, event: null, reason: reader.texts.text(reader.locale, error.code.replace('.', '.errors.'), error.details) ?? error.code };
    }
  });
  return { gaps, rows: previewed };
}

function shownEvent(event: IncomingEvent): PreviewRow['event'] {
  const changed = Object.fromEntries((event.traitChanges ?? []).map(({ name, value, operation }) => [name || operation, value ?? null]));
  return {
    event: event.event,
    time: new Date(event.time).toISOString(),
    userId: event.userId ?? null,
    anonymousId: event.anonymousId ?? null,
    ids: [...(event.ids ?? [])],
    messageId: event.messageId,
    properties: event.kind === 'identify' ? {} : event.properties,
    traits: { ...changed, ...event.traits },
  };
}
