import { ApiError, call } from '../../../console/api.ts';
import type { ErrorReply } from '../../../kernel/http/contract.ts';
import { createFile, getFile, type ImportFile } from '../contract.ts';

/** Bytes of one request: progress moves, and a lost connection costs little. */
const PART_BYTES = 8 * 1_048_576;
const ATTEMPTS = 4;
const RETRY_MS = 1_500;

/** Sends a file in parts; a part that broke off goes on from what arrived. Throws `ApiError`, or the signal's reason. */
export async function uploadFile(
  projectId: number,
  file: File,
  options: { signal: AbortSignal; onProgress(arrived: number): void },
): Promise<ImportFile> {
  let known = await call(createFile, { params: { projectId }, body: { name: file.name, sizeBytes: file.size }, signal: options.signal });
  let faults = 0;
  while (known.state === 'arriving') {
    options.onProgress(known.arrivedBytes);
    try {
      known = await sendPart(projectId, { file, known, signal: options.signal });
      faults = 0;
    } catch (error) {
      options.signal.throwIfAborted();
      faults += 1;
      const isFinal = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.code !== 'imports.file_offset';
      if (isFinal || faults >= ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      known = await call(getFile, { params: { projectId, fileId: known.id }, signal: options.signal });
    }
  }
  return known;
}

async function sendPart(projectId: number, { file, known, signal }: { file: File; known: ImportFile; signal: AbortSignal }): Promise<ImportFile> {
  const offset = known.arrivedBytes;
  const reply = await fetch(`/api/projects/${projectId}/import-files/${known.id}/content?offset=${offset}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'accept-language': document.documentElement.lang },
    body: file.slice(offset, offset + PART_BYTES),
    signal,
  });
  if (reply.ok) return (await reply.json()) as ImportFile;
  const { error } = ((await reply.json().catch(() => ({}))) as Partial<ErrorReply>) ?? {};
  throw new ApiError(reply.status, error ?? { message: String(reply.status) });
}
