import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../../../console/kit/EmptyState.tsx';
import { Figure, Figures } from '../../../../../console/kit/Figure.tsx';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { Definitions, Freshness } from '../../../console/Definitions.tsx';
import { NumberButton } from '../../../console/NumberButton.tsx';
import { bucketName } from '../../../console/names.ts';
import { useOpenCell } from '../../../console/use-question.ts';
import type { ActivityAnswer, ActivityBucket, ActivityCell } from '../answer.ts';
import type { ActivityQuestion } from '../question.ts';
import { ActiveChart, type ActivityParts, NewChart, RatioChart } from './ActivityCharts.tsx';
import { ActivityTable } from './ActivityTable.tsx';

interface ActivityResultProps {
  question: ActivityQuestion;
  answer: ActivityAnswer;
}

/** Who is active, how sticky the product is, who is new, and the table. */
export function ActivityResult({ question, answer }: ActivityResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const [, setOpen] = useOpenCell();
  const isTrailing = question.clock === 'trailing';
  const interval = isTrailing ? 'day' : question.interval;
  const names = {
    active: t(`activityReport.active.${interval}`),
    week: t('activityReport.week'),
    month: t('activityReport.month'),
    new: t('activityReport.new'),
  };
  const open = (figure: ActivityCell['figure'], bucket: ActivityBucket | undefined) =>
    setOpen({
      cell: { kind: 'activity', figure, ...(bucket && { bucket: bucket.start }) },
      asOf: answer.asOf,
      title: `${names[figure]} · ${bucket ? bucketName(bucket, interval, format) : t('total')}`,
    });
  if (answer.people === 0) {
    return (
      <Panel>
        <EmptyState drawing="chart" title={t('empty.trend')} sentence={t('empty.trendSentence')} />
      </Panel>
    );
  }
  const percent = (ratio: number | null) => (ratio === null ? undefined : format.percent(ratio));
  const parts = { answer, interval, names, onOpen: open };
  return (
    <>
      <Panel title={t('activityReport.activeTitle')} extra={<Definitions answer={answer} />}>
        <Figures>
          <Figure
            label={t('activityReport.people')}
            value={
              <NumberButton value={answer.people} label={`${t('activityReport.people')}: ${answer.people}`} onOpen={() => open('active', undefined)}>
                {format.number(answer.people)}
              </NumberButton>
            }
          />
          {isTrailing ? (
            <>
              <Figure label={t('activityReport.dauPerMau')} value={percent(answer.dauPerMau)} definition={t('definitions.activity_ratio')} />
              <Figure label={t('activityReport.dauPerWau')} value={percent(answer.dauPerWau)} />
            </>
          ) : null}
        </Figures>
        <ActiveChart {...parts} />
        <Freshness answer={answer} />
      </Panel>
      {isTrailing ? (
        <Panel title={t('activityReport.ratioTitle')}>
          <RatioChart answer={answer} />
        </Panel>
      ) : null}
      <NewPeople parts={parts} onOpenAll={() => open('new', undefined)} />
      <ActivityTable {...parts} />
    </>
  );
}

/** How many are new, and what merging took away. */
function NewPeople({ parts, onOpenAll }: { parts: ActivityParts; onOpenAll(): void }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const { answer } = parts;
  return (
    <Panel title={t('activityReport.newTitle')}>
      <Figures>
        <Figure
          label={t('activityReport.newPeople')}
          value={
            <NumberButton value={answer.newPeople} label={`${t('activityReport.newPeople')}: ${answer.newPeople}`} onOpen={onOpenAll}>
              {format.number(answer.newPeople)}
            </NumberButton>
          }
          definition={t('definitions.activity_new')}
        />
        <Figure
          label={t('activityReport.newUnmerged')}
          value={format.number(answer.newUnmerged)}
          definition={t('definitions.activity_new_unmerged')}
          note={t('activityReport.correction', {
            count: answer.newUnmerged - answer.newPeople,
            formatted: format.number(answer.newUnmerged - answer.newPeople),
          })}
        />
      </Figures>
      <NewChart {...parts} />
    </Panel>
  );
}
