import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../console/kit/use-format.ts';

/** What became of a replay, in one sentence. */
export function useReplayWords() {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  return ({ replayed, duplicates, waiting }: { replayed: number; duplicates: number; waiting: number }): string => {
    const parts = [
      t('quarantine.replayedNote', { number: format.number(replayed) }),
      ...(duplicates > 0 ? [t('quarantine.duplicateNote', { number: format.number(duplicates) })] : []),
      ...(waiting > 0 ? [t('quarantine.stillNote', { number: format.number(waiting) })] : []),
    ];
    return parts.join(t('changes.and'));
  };
}
