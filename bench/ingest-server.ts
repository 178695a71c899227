import { door as gateway } from '../src/collect/gateway/index.ts';
import { door as identity } from '../src/collect/identity/index.ts';
import { door as stream } from '../src/collect/stream/index.ts';
import { boot } from '../src/kernel/boot/boot.ts';
import { processEnvironment, readSettings } from '../src/kernel/config/config.ts';
import { AppError } from '../src/kernel/errors/errors.ts';
import { door as audit } from '../src/workspace/audit/index.ts';
import { type ProjectsApi, door as projects } from '../src/workspace/projects/index.ts';

// The collecting half of the product in a process of its own, for bench/ingest.ts. Prints one JSON line when it serves.
let keys = { writeKey: '', projectId: 0 };
const product = await boot({
  slices: [audit, projects, identity, stream, gateway],
  settings: readSettings(processEnvironment()),
  guard: () => ({
    authenticate: async () => ({ kind: 'anonymous' }),
    authorise: async () => {
      throw new AppError('bench.closed', 403, 'only events are taken here');
    },
  }),
  prepare: async ({ apis }) => {
    const { project, writeKey } = await (apis.get('projects') as ProjectsApi).create({ name: 'Bench', timeZone: 'Asia/Shanghai', currency: 'CNY' });
    keys = { writeKey, projectId: project.id };
  },
});
console.log(JSON.stringify({ url: product.url, ...keys }));
process.once('SIGTERM', () => {
  product.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
