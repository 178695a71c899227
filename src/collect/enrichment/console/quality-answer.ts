import type { ReplyOf } from '../../../kernel/http/contract.ts';
import type { getQuality } from '../contract.ts';

/** What the page of data quality is told. */
export type QualityAnswer = ReplyOf<typeof getQuality>;
