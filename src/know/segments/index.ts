export type { Segment, SegmentsApi, SegmentUser } from './api.ts';
