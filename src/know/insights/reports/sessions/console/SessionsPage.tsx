import { Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../../../console/kit/EmptyState.tsx';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { AudienceField } from '../../../console/AudienceField.tsx';
import { Definitions, Freshness } from '../../../console/Definitions.tsx';
import { Field } from '../../../console/Field.tsx';
import { QuestionFrame } from '../../../console/QuestionFrame.tsx';
import { RangeField, trendPresets } from '../../../console/RangeField.tsx';
import { useQuestion } from '../../../console/use-question.ts';
import { askSessions, type SavedInsight } from '../../../contract.ts';
import { intervals } from '../../../question-parts.ts';
import type { SessionsAnswer } from '../answer.ts';
import { type SessionsQuestion, sessionAttributes } from '../question.ts';
import { EventsField } from './EventsField.tsx';
import { type FigureKey, figureKeys } from './measures.ts';
import { RuleField } from './RuleField.tsx';
import { SessionChart } from './SessionChart.tsx';
import { SessionFigures } from './SessionFigures.tsx';
import { TablesPanel } from './SessionTables.tsx';
import { useAttributeNames } from './use-attribute-names.ts';
import { useOpenSessions } from './use-open-sessions.ts';
import { WhereChips, withFilter } from './WhereChips.tsx';

/** Sessions by any rule. */
export function SessionsPage({ initial, saved }: { initial: SessionsQuestion; saved: SavedInsight | undefined }) {
  const { question, set, isIncomplete } = useQuestion(initial);
  const projectId = useProjectId();
  const asked = useRead(askSessions, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <QuestionFrame
      question={question}
      saved={saved}
      asked={asked}
      isIncomplete={isIncomplete}
      form={<SessionsForm question={question} onChange={set} />}
    >
      {(answer) => <SessionsResult question={question} answer={answer} onChange={set} />}
    </QuestionFrame>
  );
}

interface FormProps {
  question: SessionsQuestion;
  onChange(question: SessionsQuestion): void;
}

function SessionsForm({ question, onChange }: FormProps) {
  const { t } = useTranslation('insights');
  const names = useAttributeNames();
  const set = (part: Partial<SessionsQuestion>) => onChange({ ...question, ...part });
  return (
    <>
      <RuleField rule={question.rule} kinds={['rule', 'given']} onChange={(rule) => set({ rule })} />
      <Field label={t('sessions.by')}>
        {(id) => (
          <Select
            id={id}
            value={question.by}
            options={(['person', 'device'] as const).map((value) => ({ value, label: t(`sessions.bys.${value}`) }))}
            onChange={(by) => set({ by })}
          />
        )}
      </Field>
      <EventsField label={t('sessions.include')} placeholder={t('anyEvent')} value={question.include} onChange={(include) => set({ include })} />
      <EventsField
        label={t('sessions.keyEvents')}
        placeholder={t('sessions.noEvents')}
        value={question.keyEvents}
        onChange={(events) => set({ keyEvents: events.slice(0, 10) })}
      />
      <Checkbox checked={question.viewsOnly} onChange={({ target }) => set({ viewsOnly: target.checked })}>
        {t('sessions.viewsOnly')}
      </Checkbox>
      <RangeField label={t('paths.range')} range={question.range} presets={trendPresets} onChange={(range) => set({ range })} />
      <Field label={t('interval')}>
        {(id) => (
          <Select
            id={id}
            value={question.interval}
            options={intervals.map((value) => ({ value, label: t(`intervals.${value}`) }))}
            onChange={(interval) => set({ interval })}
          />
        )}
      </Field>
      <Field label={t('breakdown')}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            allowClear
            value={question.breakdowns}
            options={sessionAttributes.map((value) => ({ value, label: names.attribute(value) }))}
            onChange={(breakdowns) => set({ breakdowns })}
          />
        )}
      </Field>
      <Checkbox checked={question.pages} onChange={({ target }) => set({ pages: target.checked })}>
        {t('sessions.withPages')}
      </Checkbox>
      <Checkbox checked={question.compare} onChange={({ target }) => set({ compare: target.checked })}>
        {t('compare')}
      </Checkbox>
      <AudienceField question={question} onChange={onChange} />
    </>
  );
}

function SessionsResult({ question, answer, onChange }: FormProps & { answer: SessionsAnswer }) {
  const { t } = useTranslation('insights');
  const open = useOpenSessions(answer);
  const [figure, setFigure] = useState<FigureKey>('sessions');
  const filter = (attribute: string, value: string | null) => onChange({ ...question, where: withFilter(question.where, attribute, value) });
  const tables = [...question.breakdowns, ...(question.pages ? ['pages'] : [])];
  return (
    <>
      <WhereChips where={question.where} onChange={(where) => onChange({ ...question, where })} />
      {answer.total.sessions === 0 ? (
        <Panel>
          <EmptyState drawing="chart" title={t('sessions.empty')} sentence={t('sessions.emptySentence')} />
        </Panel>
      ) : (
        <>
          <Panel title={t('kinds.sessions.title')} extra={<Definitions answer={answer} />}>
            <SessionFigures answer={answer} keys={figureKeys} chosen={figure} onChoose={setFigure} onOpen={open} />
            <SessionChart question={question} answer={answer} figure={figure} onOpen={open} />
            <Freshness answer={answer} />
          </Panel>
          {tables.length > 0 ? (
            <TablesPanel key={tables.join()} title={t('sessions.tables')} tables={tables} answer={answer} onFilter={filter} onOpen={open} />
          ) : null}
        </>
      )}
    </>
  );
}
