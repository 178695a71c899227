import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { askFunnel, type FunnelQuestion, type FunnelStep, limits, type SavedInsight, windowUnits } from '../contract.ts';
import { AudienceField } from './AudienceField.tsx';
import { EventSelect, PropertySelect } from './EventSelect.tsx';
import { Field } from './Field.tsx';
import { FilterList } from './FilterList.tsx';
import { FunnelResult } from './FunnelResult.tsx';
import styles from './QuestionFrame.module.css';
import { QuestionFrame } from './QuestionFrame.tsx';
import { RangeField, trendPresets } from './RangeField.tsx';
import { useQuestion } from './use-question.ts';

/** How far people come along steps. */
export function FunnelPage({ initial, saved }: { initial: FunnelQuestion; saved: SavedInsight | undefined }) {
  const { question, set, isIncomplete } = useQuestion(initial);
  const projectId = useProjectId();
  const asked = useRead(askFunnel, { params: { projectId }, body: question }, { enabled: !isIncomplete, staleTimeMs: 60_000 });
  return (
    <QuestionFrame
      question={question}
      saved={saved}
      asked={asked}
      isIncomplete={isIncomplete}
      form={<FunnelForm question={question} onChange={set} />}
    >
      {(answer) => <FunnelResult question={question} answer={answer} />}
    </QuestionFrame>
  );
}

interface FunnelFormProps {
  question: FunnelQuestion;
  onChange(question: FunnelQuestion): void;
}

function FunnelForm({ question, onChange }: FunnelFormProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<FunnelQuestion>) => onChange({ ...question, ...part });
  const setBreakdown = (property: string | undefined) => {
    const { breakdown: _, ...rest } = question;
    onChange(property ? { ...rest, breakdown: { property, limit: 5 } } : rest);
  };
  return (
    <>
      <Steps steps={question.steps} onChange={(steps) => set({ steps })} />
      <Field label={t('window')}>
        {(id) => (
          <div className={styles['row']}>
            <InputNumber
              id={id}
              min={1}
              max={100_000}
              value={question.window.count}
              onChange={(count) => set({ window: { ...question.window, count: count ?? 1 } })}
            />
            <Select
              aria-label={t('windowUnit')}
              style={{ width: 120 }}
              value={question.window.unit}
              options={windowUnits.map((unit) => ({ value: unit, label: t(`windowUnits.${unit}`) }))}
              onChange={(unit) => set({ window: { ...question.window, unit } })}
            />
          </div>
        )}
      </Field>
      <RangeField label={t('funnelRange')} range={question.range} presets={trendPresets} onChange={(range) => set({ range })} />
      <PropertySelect
        label={t('breakdown')}
        event={question.steps[0]?.event ?? ''}
        value={question.breakdown?.property}
        placeholder={t('noBreakdown')}
        onChange={setBreakdown}
      />
      <AudienceField question={question} onChange={onChange} />
      <Field label={t('times')}>{(id) => <span>{<Switch id={id} checked={question.times} onChange={(times) => set({ times })} />}</span>}</Field>
    </>
  );
}

function Steps({ steps, onChange }: { steps: readonly FunnelStep[]; onChange(steps: FunnelStep[]): void }) {
  const { t } = useTranslation('insights');
  const replace = (index: number, step: FunnelStep) => onChange(steps.map((one, place) => (place === index ? step : one)));
  const move = (index: number, by: number) => {
    const moved = [...steps];
    const [step] = moved.splice(index, 1);
    if (step) moved.splice(index + by, 0, step);
    onChange(moved);
  };
  return (
    <>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
        <div key={index} className={styles['step']}>
          <EventSelect label={t('step', { number: index + 1 })} value={step.event} onChange={(event) => replace(index, { event, filters: [] })} />
          <FilterList event={step.event} filters={step.filters} onChange={(filters) => replace(index, { ...step, filters })} />
          <div>
            <Button
              size="small"
              type="text"
              disabled={index === 0}
              aria-label={t('moveUp')}
              icon={<ArrowUpOutlined />}
              onClick={() => move(index, -1)}
            />
            <Button
              size="small"
              type="text"
              disabled={index === steps.length - 1}
              aria-label={t('moveDown')}
              icon={<ArrowDownOutlined />}
              onClick={() => move(index, 1)}
            />
            <Button
              size="small"
              type="text"
              disabled={steps.length <= 2}
              aria-label={t('removeStep')}
              icon={<DeleteOutlined />}
              onClick={() => onChange(steps.filter((_, place) => place !== index))}
            />
          </div>
        </div>
      ))}
      {steps.length < limits.funnelSteps ? (
        <Button icon={<PlusOutlined />} onClick={() => onChange([...steps, { event: '', filters: [] }])}>
          {t('addStep')}
        </Button>
      ) : null}
    </>
  );
}
