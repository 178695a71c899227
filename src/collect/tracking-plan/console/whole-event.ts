import type { ReplyOf } from '../../../kernel/http/contract.ts';
import type { getPlanEvent } from '../contract.ts';

/** One event with all that is known of it. */
export type WholeEvent = ReplyOf<typeof getPlanEvent>;
