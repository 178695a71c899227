import { useTranslation } from 'react-i18next';
import { groupName } from '../../../console/names.ts';
import { useOpenCell } from '../../../console/use-question.ts';
import type { FunnelAnswer, FunnelQuestion, Group } from '../../../contract.ts';
import { useStepName } from './use-step-name.ts';

/** Opens the people who reached a step, or left before it. */
export type OpenStep = (group: Group, step: number, outcome: 'reached' | 'droppedOff' | 'skipped') => void;

/** Opens people behind a funnel's number. */
export function useOpenStep(question: FunnelQuestion, answer: FunnelAnswer): OpenStep {
  const { t } = useTranslation('insights');
  const [, setOpen] = useOpenCell();
  const nameOf = useStepName(question);
  return (group, step, outcome) => {
    const name = nameOf(step);
    const title = t({ reached: 'reachedStep', droppedOff: 'droppedBefore', skipped: 'funnel.skippedStep' }[outcome], { number: step + 1, name });
    setOpen({
      cell: { kind: 'funnel', step, outcome, group },
      asOf: answer.asOf,
      title: group.kind === 'all' ? title : `${title} · ${groupName(group, t)}`,
    });
  };
}
