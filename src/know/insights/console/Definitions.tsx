import { useTranslation } from 'react-i18next';
import { Definition } from '../../../console/kit/Definition.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { Answer } from '../contract.ts';
import styles from './QuestionFrame.module.css';

/** The mark that opens the exact rules of an answer. */
export function Definitions({ answer, limit }: { answer: Answer; limit?: number }) {
  const { t } = useTranslation('insights');
  return (
    <Definition>
      <ul className={styles['rules']}>
        {answer.definitions.map((key) => (
          <li key={key}>{t(`definitions.${key}`, { limit })}</li>
        ))}
      </ul>
    </Definition>
  );
}

/** Under a chart: zone, and how fresh the answer is. */
export function Freshness({ answer }: { answer: Answer }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  return <p className={styles['foot']}>{t('freshness', { zone: answer.timeZone, time: format.time(answer.asOf, answer.timeZone, true) })}</p>;
}
