import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useEventName } from '../../../../../console/kit/use-event-name.ts';
import { eventName } from '../../../console/names.ts';
import type { FunnelQuestion } from '../../../contract.ts';

/** How the steps of a funnel are called: by their events, in the reader's language. */
export function useStepName(question: FunnelQuestion): (place: number) => string {
  const { t } = useTranslation('insights');
  const nameOf = useEventName(useCallback((name: string) => eventName(name, t), [t]));
  return useCallback(
    (place) => {
      const step = question.steps[place];
      return step ? [step, ...(step.or ?? [])].map((one) => nameOf(one.event)).join(` ${t('funnel.or')} `) : '';
    },
    [question, nameOf, t],
  );
}
