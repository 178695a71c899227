import { useMemo } from 'react';
import type { Condition } from '../../know/audiences/contract.ts';
import { type Issue, issuesOf } from './issues.ts';
import { useSegmentNames } from './use-suggestions.ts';

/** What is missing or wrong in a tree, segments that are gone among it. Empty: it can be asked and saved. */
export function useAudienceIssues(condition: Condition): readonly Issue[] {
  const names = useSegmentNames();
  return useMemo(() => issuesOf(condition, names ? { segmentIds: new Set(names.keys()) } : {}), [condition, names]);
}
