import { join } from 'node:path';
import { z } from 'zod';
import { loadTexts } from '../../kernel/http/texts.ts';
import { createSecretBox } from '../../kernel/secret-box.ts';
import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AccessApi } from '../../workspace/access/index.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { GatewayApi } from '../gateway/index.ts';
import type { RetentionApi } from '../retention/index.ts';
import type { StreamApi } from '../stream/index.ts';
import { contentPlugin } from './content-plugin.ts';
import { refuseImport } from './contract.ts';
import { eraserOf } from './erase.ts';
import { fileRoutes } from './file-routes.ts';
import { fetchFile } from './files/fetch-file.ts';
import { FileStore } from './files/file-store.ts';
import { ImportFiles } from './files/import-files.ts';
import { createImports, type ImportsApi } from './import.ts';
import { refuseFile } from './refuse-file.ts';
import { refuseRow } from './refuse-row.ts';
import { importRoutes } from './routes.ts';
import { FileRuns } from './runs/file-runs.ts';
import { fetchFileJob, removeFilesJob, runImportJob } from './runs/jobs.ts';
import { runImport } from './runs/run-import.ts';

export type { ImportsApi } from './import.ts';
export { gapsOf } from './mapping/check-mapping.ts';
export { guessMapping } from './mapping/guess-mapping.ts';
export { LocalTime } from './mapping/local-time.ts';
export { compileMapping } from './mapping/map-row.ts';
export type { Row } from './mapping/row-reader.ts';
export type { ReadRow } from './reading/read-row.ts';
export { realBatch, type TakenBatch } from './runs/take-batch.ts';

/** A run that is gone on with while its last job is still ending has none; this finds it. */
const SWEEP_EVERY_MS = 30_000;
const DAY_MS = 86_400_000;

const configSchema = z.object({
  PERENNIAL_IMPORT_FOLDER: z
    .string()
    .optional()
    .describe(
      'Folder of files that are imported; every process with the role web or worker must see the same one. `imports` in the data folder when absent.',
    ),
  PERENNIAL_IMPORT_SIZE_MAX_MB: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_240)
    .describe('Largest file that is imported, in MB as it is sent.'),
  PERENNIAL_IMPORT_KEEP_DAYS: z.coerce.number().int().min(1).max(3_650).default(7).describe('Days that files stay after their last use.'),
  PERENNIAL_IMPORT_PRIVATE_ADDRESSES: z
    .enum(['0', '1'])
    .default('0')
    .describe('1 lets imports fetch files from private addresses (10.x, 192.168.x, this machine).'),
});
type Config = z.output<typeof configSchema>;

interface Uses {
  access: AccessApi;
  audit: AuditApi;
  projects: ProjectsApi;
  stream: StreamApi;
  gateway: GatewayApi;
  retention?: RetentionApi;
}

/** History: files of events and people through the same door that live events take. */
export const door = defineSlice({
  name: 'imports',
  folder: import.meta.dirname,
  uses: ['access', 'audit', 'projects', 'stream', 'gateway', 'retention'],
  config: configSchema,
  permissions: {
    'imports.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'],
    'imports.write': ['owner', 'admin', 'analyst'],
  },
  errors: [refuseImport, refuseFile, refuseRow],
  jobs: [runImportJob, fetchFileJob, removeFilesJob],
  start({ kernel, config, uses }: { kernel: Kernel; config: Config; uses: Uses }): RunningSlice<ImportsApi> {
    const api = createImports(kernel, uses.stream);
    const store = new FileStore(
      config.PERENNIAL_IMPORT_FOLDER ?? join(kernel.dataFolder, 'imports'),
      config.PERENNIAL_IMPORT_SIZE_MAX_MB * 1_048_576,
    );
    const files = new ImportFiles(kernel, uses.projects, store);
    const runs = new FileRuns(kernel, files);
    const box = createSecretBox(kernel.secret, 'imports');
    const texts = loadTexts(
      ['imports', 'stream', 'gateway', 'tracking-plan'].map((name) => ({ name, folder: join(import.meta.dirname, '..', name) })),
    );
    uses.retention?.registerEraser(eraserOf(kernel, store, config.PERENNIAL_IMPORT_KEEP_DAYS));
    const stopping = new AbortController();
    const parts = { kernel, gateway: uses.gateway, files, texts, stopping: stopping.signal };
    kernel.jobs.handle(runImportJob, async (payload, signal) => {
      // The queue gives it to another process, or to this one after its restart.
      if ((await runImport(parts, payload, signal)) === 'laid_down') throw new Error('the process stops; the import goes on elsewhere');
    });
    const fetching = { files, box, allowsPrivate: config.PERENNIAL_IMPORT_PRIVATE_ADDRESSES === '1' };
    kernel.jobs.handle(fetchFileJob, (payload, signal) => fetchFile(fetching, payload, AbortSignal.any([signal, stopping.signal])));
    kernel.jobs.handle(removeFilesJob, async () => {
      const count = await files.removeUnused(new Date(kernel.clock.now() - config.PERENNIAL_IMPORT_KEEP_DAYS * DAY_MS));
      if (count > 0) kernel.log.info({ count }, 'files of imports removed');
    });
    return {
      api,
      routes: [...importRoutes(api, uses.audit), ...fileRoutes({ files, runs, jobs: kernel.jobs, box, audit: uses.audit, texts })],
      plugins: [contentPlugin({ access: uses.access, files, imports: api })],
      services: [sweeper(kernel, runs, stopping)],
    };
  },
});

/** Puts runs back to work that a crash left behind, and lets running ones lay down their work before the process ends. */
function sweeper(kernel: Kernel, runs: FileRuns, stopping: AbortController) {
  let timer: NodeJS.Timeout | undefined;
  const sweep = (): void => {
    runs.sweep().catch((error: unknown) => kernel.log.warn({ error: String(error) }, 'unfinished imports could not be looked for'));
  };
  return {
    name: 'imports sweeper',
    roles: ['worker'] as const,
    start: async () => {
      sweep();
      timer = setInterval(sweep, SWEEP_EVERY_MS);
    },
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
    },
  };
}
