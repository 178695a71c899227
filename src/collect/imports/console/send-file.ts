import { call } from '../../../console/api.ts';
import { addLines, finishImport, type Import, type Refusal, startImport } from '../contract.ts';

/** Lines of one request; small enough that progress moves and a lost connection costs little. */
const CHUNK = 1_000;

/** A file read and split, not sent yet. */
export interface ReadFile {
  name: string;
  lines: string[];
}

export async function readFile(file: File): Promise<ReadFile> {
  const lines = (await file.text()).split('\n').map((line) => line.replace(/\r$/, ''));
  while (lines.at(-1)?.trim() === '') lines.pop();
  return { name: file.name, lines };
}

/** Line number (from 1) of the first line that is not a JSON object, or undefined. */
export function firstBrokenLine(lines: readonly string[]): number | undefined {
  const index = lines.findIndex((line) => parseLine(line) === undefined);
  return index < 0 ? undefined : index + 1;
}

function parseLine(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Sends the file in chunks; sending it again changes nothing. Ends the import as cancelled when `signal` aborts. */
export async function sendFile(
  projectId: number,
  file: ReadFile,
  options: { signal: AbortSignal; onProgress(step: Import, refusals: readonly Refusal[]): void },
): Promise<Import> {
  const started = await call(startImport, { params: { projectId }, body: { name: file.name, total: file.lines.length } });
  const params = { projectId, importId: started.id };
  const refusals: Refusal[] = [];
  for (let from = 0; from < file.lines.length && !options.signal.aborted; from += CHUNK) {
    const lines = file.lines.slice(from, from + CHUNK).map((line) => parseLine(line) ?? line);
    const answer = await call(addLines, { params, body: { firstLine: from + 1, lines } });
    refusals.push(...answer.refusals);
    options.onProgress(answer.import, refusals);
  }
  return call(finishImport, { params, body: { cancelled: options.signal.aborted } });
}
