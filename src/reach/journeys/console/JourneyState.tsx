import { useTranslation } from 'react-i18next';
import { type Meaning, StatusMark } from '../../../console/kit/StatusMark.tsx';
import type { JourneyState as State } from '../contract.ts';

const meanings: Record<State, Meaning> = { draft: 'neutral', live: 'success', paused: 'warning', archived: 'neutral' };

export function JourneyState({ state }: { state: State }) {
  const { t } = useTranslation('journeys');
  return <StatusMark meaning={meanings[state]}>{t(`states.${state}`)}</StatusMark>;
}
