import type { StreamApi } from '../../collect/stream/index.ts';
import { type BoundRoute, handle } from '../../kernel/http/handle.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { Audiences } from './audiences.ts';
import { listAudienceFields, listAudienceProperties, listAudienceValues, previewAudience } from './contract.ts';
import { previewOf } from './preview.ts';
import { frequentValues } from './queries/frequent-values.ts';

/** Preview, and what the builder offers to choose from. */
export function routesOf(audiences: Audiences, parts: { kernel: Kernel; stream: StreamApi }): BoundRoute[] {
  const { kernel, stream } = parts;
  return [
    handle(previewAudience, async ({ params: { projectId }, body, locale, signal }) => {
      await audiences.check(projectId, body.condition, 'body.condition', locale);
      return previewOf(projectId, { ...body, locale, signal }, { audiences, kernel });
    }),
    handle(listAudienceFields, async ({ params: { projectId } }) => {
      const [events, traits, segments] = await Promise.all([
        stream.eventNames(projectId),
        audiences.traitNames(projectId),
        audiences.segments.names(projectId),
      ]);
      return {
        events: events.map(({ event, count }) => ({ name: event, count })),
        traits,
        segments: [...segments].map(([segmentId, name]) => ({ segmentId, name })),
      };
    }),
    handle(listAudienceProperties, async ({ params: { projectId }, query }) => ({ items: await stream.propertyNames(projectId, query.event) })),
    handle(listAudienceValues, async ({ params: { projectId }, query }) => ({
      items: await frequentValues(kernel.clickhouse, { projectId, ...query }),
    })),
  ];
}
