import { useMemo } from 'react';
import { usePlanNames } from './use-plan-names.ts';

/** What the tracking plan calls an event, in the reader's language; `otherwise` for events that it gives no name. */
export function useEventName(otherwise: (event: string) => string): (event: string) => string {
  const names = usePlanNames();
  return useMemo(() => (event) => names.event(event) ?? otherwise(event), [names, otherwise]);
}
