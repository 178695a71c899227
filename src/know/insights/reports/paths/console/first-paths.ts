import { type PathsQuestion, pathsSchema } from '../question.ts';

/** Which pages people go through, from the beginning of their sessions. */
export const firstPaths: PathsQuestion = pathsSchema.parse({
  kind: 'paths',
  range: { kind: 'last', count: 30, unit: 'day' },
  include: ['$page'],
  labels: [{ event: '$page', property: 'path' }],
  topNodesPerStep: 8,
});
