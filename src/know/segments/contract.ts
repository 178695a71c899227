import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { conditionSchema, personBriefSchema } from '../audiences/contract.ts';

const project = z.object({ projectId: z.coerce.number().int().positive() });
const one = project.extend({ segmentId: z.coerce.number().int().min(1).max(2_147_483_647) });
const name = z.string().trim().min(1).max(120);
const description = z.string().trim().max(1000);

/** A segment as lists show it. Times are ms. */
export const segmentSchema = z.object({
  segmentId: z.number(),
  name: z.string(),
  description: z.string(),
  condition: conditionSchema,
  /** Counts up with each change of the condition. */
  version: z.number(),
  state: z.enum(['live', 'archived']),
  createdAt: z.number(),
  updatedAt: z.number(),
  /** The condition in words, in the reader's language. */
  sentence: z.string(),
  /** Members now. */
  size: z.number(),
  /** Membership is being computed over everybody, or waits for it. */
  isComputing: z.boolean(),
  /** When membership was last computed over everybody; absent while the first time is under way. */
  rebuiltAt: z.number().optional(),
  /** Why the last computation failed, if it did. */
  fault: z.string().optional(),
});
export type SegmentView = z.infer<typeof segmentSchema>;

/** Members at the end of each local day (the last one: now). */
const historySchema = z.array(z.object({ day: z.string(), size: z.number(), entered: z.number(), left: z.number() }));

export const listSegments = defineRoute({
  id: 'segments.list',
  method: 'GET',
  path: '/api/projects/:projectId/segments',
  summary: 'Lists segments with their size now and over the last 30 days.',
  access: 'segments.read',
  params: project,
  query: z.object({ state: z.enum(['live', 'archived', 'all']).default('live'), search: z.string().trim().max(120).optional() }),
  reply: z.object({ items: z.array(segmentSchema.extend({ sizes: z.array(z.number()) })), nextCursor: z.string().optional() }),
});

export const createSegment = defineRoute({
  id: 'segments.create',
  method: 'POST',
  path: '/api/projects/:projectId/segments',
  summary: 'Saves an audience as a segment; membership is computed at once and kept live.',
  access: 'segments.write',
  params: project,
  body: z.object({ name, description: description.default(''), condition: conditionSchema }),
  status: 201,
  reply: segmentSchema,
});

export const getSegment = defineRoute({
  id: 'segments.get',
  method: 'GET',
  path: '/api/projects/:projectId/segments/:segmentId',
  summary: 'Shows a segment with its size by day and who uses it.',
  access: 'segments.read',
  params: one,
  reply: segmentSchema.extend({
    history: historySchema,
    usedBy: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })),
  }),
});

export const updateSegment = defineRoute({
  id: 'segments.update',
  method: 'PATCH',
  path: '/api/projects/:projectId/segments/:segmentId',
  summary: 'Changes name, description or condition; a new condition makes a new version and recomputes membership.',
  access: 'segments.write',
  params: one,
  body: z.object({
    name: name.optional(),
    description: description.optional(),
    condition: conditionSchema.optional(),
    /** Refused when another version is stored. */ version: z.number().int().optional(),
  }),
  reply: segmentSchema,
});

export const archiveSegment = defineRoute({
  id: 'segments.archive',
  method: 'POST',
  path: '/api/projects/:projectId/segments/:segmentId/archival',
  summary: 'Archives a segment: everybody leaves it silently and it is no longer computed. Refused while something uses it.',
  access: 'segments.write',
  params: one,
  reply: segmentSchema,
});

export const restoreSegment = defineRoute({
  id: 'segments.restore',
  method: 'DELETE',
  path: '/api/projects/:projectId/segments/:segmentId/archival',
  summary: 'Brings an archived segment back and computes its membership.',
  access: 'segments.write',
  params: one,
  reply: segmentSchema,
});

export const deleteSegment = defineRoute({
  id: 'segments.delete',
  method: 'DELETE',
  path: '/api/projects/:projectId/segments/:segmentId',
  summary: 'Deletes a segment for good. Refused while something uses it.',
  access: 'segments.write',
  params: one,
});

export const listMembers = defineRoute({
  id: 'segments.list_members',
  method: 'GET',
  path: '/api/projects/:projectId/segments/:segmentId/members',
  summary: 'Lists the members now, the last entered first; with `search`, those with that external id or with that text in a trait.',
  access: 'segments.read',
  params: one,
  query: z.object({
    search: z.string().trim().max(200).optional(),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(personBriefSchema.extend({ enteredAt: z.number() })), nextCursor: z.string().optional() }),
});

export const listMembershipChanges = defineRoute({
  id: 'segments.list_changes',
  method: 'GET',
  path: '/api/projects/:projectId/segments/:segmentId/changes',
  summary: 'Lists who entered and left last, newest first; what a computation over everybody changed at first is left out.',
  access: 'segments.read',
  params: one,
  query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
  reply: z.object({ items: z.array(personBriefSchema.extend({ hasEntered: z.boolean(), at: z.number() })) }),
});

/** Members with their ids and traits, for files; 2,000 a page. */
export const exportMembers = defineRoute({
  id: 'segments.export_members',
  method: 'GET',
  path: '/api/projects/:projectId/segments/:segmentId/export',
  summary: 'Gives the members with external ids and traits, page by page, for a file.',
  access: 'segments.export',
  params: one,
  query: z.object({ cursor: z.string().max(200).optional() }),
  reply: z.object({
    items: z.array(
      z.object({
        personId: z.number(),
        userIds: z.array(z.string()),
        anonymousIds: z.array(z.string()),
        enteredAt: z.number(),
        traits: z.record(z.string(), z.unknown()),
      }),
    ),
    nextCursor: z.string().optional(),
  }),
});

/** Computes the membership over everybody once more. */
export const rebuildSegment = defineRoute({
  id: 'segments.rebuild',
  method: 'POST',
  path: '/api/projects/:projectId/segments/:segmentId/computation',
  summary: 'Asks for the membership to be computed over everybody again.',
  access: 'segments.write',
  params: one,
  status: 202,
  reply: segmentSchema,
});

/** Makes the refusals of this slice. */
export const refuseSegment = defineErrors('segments', {
  unknown_segment: { status: 404, message: 'There is no such segment in this project.' },
  name_taken: { status: 409, message: 'Another segment of this project has this name.' },
  version_conflict: { status: 409, message: 'The segment was changed by somebody else.' },
  in_use: { status: 409, message: 'The segment is used by something else.' },
  circle: { status: 400, message: 'The segments refer to each other in a circle.' },
  archived: { status: 409, message: 'The segment is archived.' },
  bad_cursor: { status: 400, message: 'The cursor is not one that a list answered.' },
});
