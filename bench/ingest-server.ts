import { boot } from '../src/kernel/boot/boot.ts';
import { processEnvironment, readSettings } from '../src/kernel/config/config.ts';
import { AppError } from '../src/kernel/errors/errors.ts';
import { slices } from '../src/main.ts';
import type { ProjectsApi } from '../src/workspace/projects/index.ts';

// The collecting half of the product (the slices of the two lowest floors) in a process of its own, for bench/. Prints one JSON line when it serves.
let keys = { writeKey: '', secretKey: '', projectId: 0 };
const product = await boot({
  slices: slices.filter((slice) => /[\\/]src[\\/](workspace|collect)[\\/]/.test(slice.folder)),
  settings: readSettings(processEnvironment()),
  guard: () => ({
    authenticate: async () => ({ kind: 'anonymous' }),
    authorise: async () => {
      throw new AppError('bench.closed', 403, 'only events are taken here');
    },
  }),
  prepare: async ({ apis }) => {
    const created = await (apis.get('projects') as ProjectsApi).create({ name: 'Bench', timeZone: 'Asia/Shanghai', currency: 'CNY' });
    keys = { writeKey: created.writeKey, secretKey: created.secretKey, projectId: created.project.id };
  },
});
console.log(JSON.stringify({ url: product.url, ...keys }));
process.once('SIGTERM', () => {
  product.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
