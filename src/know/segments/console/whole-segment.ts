import type { ReplyOf } from '../../../kernel/http/contract.ts';
import type { getSegment } from '../contract.ts';

/** A segment as its page needs it. */
export type WholeSegment = ReplyOf<typeof getSegment>;
