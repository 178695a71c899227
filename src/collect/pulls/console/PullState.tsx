import { useTranslation } from 'react-i18next';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import type { Pull } from '../contract.ts';

const meanings = { running: 'success', paused: 'neutral', working: 'info', failing: 'danger' } as const;

/** What a pull does now, in one word. */
export function PullState({ pull }: { pull: Pull }) {
  const { t } = useTranslation('pulls');
  const state = pull.state === 'paused' ? 'paused' : pull.isWorking ? 'working' : pull.lastRun?.state === 'failed' ? 'failing' : 'running';
  return <StatusMark meaning={meanings[state]}>{t(`states.${state}`)}</StatusMark>;
}
