import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../../../console/kit/ProjectLink.tsx';
import { ChartSkeleton } from '../../../../../console/kit/Skeletons.tsx';
import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { AudienceField } from '../../../console/AudienceField.tsx';
import { Definitions, Freshness } from '../../../console/Definitions.tsx';
import { Field } from '../../../console/Field.tsx';
import { PeopleDrawer } from '../../../console/PeopleDrawer.tsx';
import { RangeField } from '../../../console/RangeField.tsx';
import { SaveButtons } from '../../../console/SaveButtons.tsx';
import { useOpenCell, useQuestion } from '../../../console/use-question.ts';
import { askSessions } from '../../../contract.ts';
import type { SessionsAnswer } from '../answer.ts';
import type { SessionsQuestion } from '../question.ts';
import { firstWeb } from './first-sessions.ts';
import type { FigureKey } from './measures.ts';
import { NowPanel } from './NowPanel.tsx';
import { RuleField } from './RuleField.tsx';
import { SessionChart } from './SessionChart.tsx';
import { SessionFigures } from './SessionFigures.tsx';
import { TablesPanel } from './SessionTables.tsx';
import { useOpenSessions } from './use-open-sessions.ts';
import styles from './WebPage.module.css';
import { WhereChips, withFilter } from './WhereChips.tsx';

const presets = [
  [1, 'day'],
  [7, 'day'],
  [30, 'day'],
  [90, 'day'],
  [12, 'month'],
] as const;
const figures: readonly FigureKey[] = ['visitors', 'views', 'sessions', 'bounceRate', 'duration', 'depth', 'engagedRate'];
const panels = [
  ['web.from', ['channel', 'source', 'medium', 'campaign']],
  ['web.pagesTitle', ['pages', 'landing', 'exit']],
  ['web.with', ['device', 'browser', 'os']],
  ['web.where', ['country', 'province', 'city']],
] as const;

/** The site at a glance: visitors, views and visits, where they come from, what they see, and who is there now. */
export function WebPage() {
  const { t } = useTranslation('insights');
  const { question, set, isIncomplete } = useQuestion(firstWeb);
  const projectId = useProjectId();
  const [open, setOpen] = useOpenCell();
  const asked = useRead(askSessions, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <PageFrame
      title={t('web.title')}
      purpose={t('web.purpose')}
      action={<SaveButtons question={question} saved={undefined} isIncomplete={isIncomplete} />}
      below={<WebTools question={question} onChange={set} />}
    >
      {asked.error && !asked.isPlaceholderData ? (
        <ErrorPanel error={asked.error} onRetry={() => void asked.refetch()} />
      ) : (
        <Overview question={question} answer={asked.data} isStale={asked.isPlaceholderData} />
      )}
      <NowPanel question={question} />
      {asked.data && asked.data.total.sessions > 0 ? <Tables question={question} answer={asked.data} onChange={set} /> : null}
      <PeopleDrawer question={question} open={open} onClose={() => setOpen(null)} />
    </PageFrame>
  );
}

interface WebProps {
  question: SessionsQuestion;
  onChange(question: SessionsQuestion): void;
}

/** Period, interval, rule and audience in one line; the filters in force below. */
function WebTools({ question, onChange }: WebProps) {
  const { t } = useTranslation('insights');
  const isDay = question.range.kind === 'last' && question.range.unit === 'day' && question.range.count === 1;
  const setRange = (range: SessionsQuestion['range']) => {
    const isOneDay = range.kind === 'last' && range.unit === 'day' && range.count === 1;
    onChange({ ...question, range, interval: isOneDay ? 'hour' : question.interval === 'hour' ? 'day' : question.interval });
  };
  return (
    <div className={styles['below']}>
      <div className={styles['tools']}>
        <RangeField range={question.range} presets={presets} onChange={setRange} />
        <Field label={t('interval')}>
          {(id) => (
            <Select
              id={id}
              value={question.interval}
              options={(['hour', 'day', 'week', 'month'] as const).map((value) => ({
                value,
                label: t(`intervals.${value}`),
                disabled: isDay && value !== 'hour' && value !== 'day',
              }))}
              onChange={(interval) => onChange({ ...question, interval })}
            />
          )}
        </Field>
        <AudienceField question={question} onChange={onChange} />
        <div className={styles['rule']}>
          <RuleField rule={question.rule} kinds={['rule', 'given']} onChange={(rule) => onChange({ ...question, rule })} />
        </div>
      </div>
      <WhereChips where={question.where} onChange={(where) => onChange({ ...question, where })} />
    </div>
  );
}

function Overview({ question, answer, isStale }: { question: SessionsQuestion; answer: SessionsAnswer | undefined; isStale: boolean }) {
  const { t } = useTranslation('insights');
  return (
    <Panel title={t('web.overview')} span={8} extra={answer ? <Definitions answer={answer} /> : null}>
      {!answer ? (
        <ChartSkeleton height={360} />
      ) : answer.total.sessions === 0 ? (
        <EmptyState
          drawing="chart"
          title={t('web.empty')}
          sentence={t(question.where.length > 0 ? 'web.emptyFiltered' : 'web.emptySentence')}
          action={question.where.length > 0 ? undefined : <ProjectLink to="sources">{t('web.connect')}</ProjectLink>}
        />
      ) : (
        <div style={{ opacity: isStale ? 0.45 : 1 }} aria-busy={isStale}>
          <Answered question={question} answer={answer} />
        </div>
      )}
    </Panel>
  );
}

function Answered({ question, answer }: { question: SessionsQuestion; answer: SessionsAnswer }) {
  const open = useOpenSessions(answer);
  const [figure, setFigure] = useState<FigureKey>('visitors');
  return (
    <>
      <SessionFigures answer={answer} keys={figures} chosen={figure} onChoose={setFigure} onOpen={open} />
      <SessionChart question={question} answer={answer} figure={figure} onOpen={open} />
      <Freshness answer={answer} />
    </>
  );
}

function Tables({ question, answer, onChange }: WebProps & { answer: SessionsAnswer }) {
  const { t } = useTranslation('insights');
  const open = useOpenSessions(answer);
  const filter = (attribute: string, value: string | null) => onChange({ ...question, where: withFilter(question.where, attribute, value) });
  return panels.map(([title, tables]) => (
    <TablesPanel key={title} title={t(title)} span={6} tables={tables} answer={answer} onFilter={filter} onOpen={open} />
  ));
}
