import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../../../console/api.ts';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ChartSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import type { Answer, Question, SavedInsight } from '../contract.ts';
import { PeopleDrawer } from './PeopleDrawer.tsx';
import styles from './QuestionFrame.module.css';
import { SaveButtons } from './SaveButtons.tsx';
import { useOpenCell } from './use-question.ts';

/** What a page of any kind has in hand. */
export interface Asked<A extends Answer> {
  data: A | undefined;
  error: ApiError | null;
  isPlaceholderData: boolean;
  refetch(): unknown;
}

interface QuestionFrameProps<A extends Answer> {
  question: Question;
  saved: SavedInsight | undefined;
  form: ReactNode;
  asked: Asked<A>;
  /** True: a question that is not complete is not asked. */
  isIncomplete?: boolean;
  children(answer: A): ReactNode;
}

/** Question on the left, answer on the right; the old answer stays, dimmed, until the new one is there. */
export function QuestionFrame<A extends Answer>({ question, saved, form, asked, isIncomplete = false, children }: QuestionFrameProps<A>) {
  const { t } = useTranslation('insights');
  const isNarrow = useNarrow();
  const [open, setOpen] = useOpenCell();
  const name = saved?.name ?? t(`kinds.${question.kind}.title`);
  return (
    <PageFrame
      title={name}
      purpose={t(`kinds.${question.kind}.purpose`)}
      action={<SaveButtons question={question} saved={saved} isIncomplete={isIncomplete} />}
    >
      <div className={styles['question']}>
        {isNarrow ? (
          <details className={styles['folded']}>
            <summary>{t('question')}</summary>
            <div className={styles['form']}>{form}</div>
          </details>
        ) : (
          <Panel title={t('question')}>
            <div className={styles['form']}>{form}</div>
          </Panel>
        )}
      </div>
      <div className={styles['answer']}>
        {isIncomplete ? <Alert type="info" showIcon title={t('incomplete')} /> : null}
        {asked.error && !asked.isPlaceholderData ? (
          <ErrorPanel error={asked.error} onRetry={() => void asked.refetch()} />
        ) : asked.data ? (
          <div className={asked.isPlaceholderData ? styles['stale'] : styles['fresh']} aria-busy={asked.isPlaceholderData}>
            {children(asked.data)}
          </div>
        ) : isIncomplete ? null : (
          <Panel>
            <ChartSkeleton height={360} />
          </Panel>
        )}
      </div>
      <PeopleDrawer question={question} open={open} onClose={() => setOpen(null)} />
    </PageFrame>
  );
}
