import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EventSelect } from '../../../console/EventSelect.tsx';
import { FilterList } from '../../../console/FilterList.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import { type FunnelQuestion, type FunnelStep, limits, type Matcher } from '../../../contract.ts';
import { DurationField } from './DurationField.tsx';

const MATCHERS_MAX = 9;

interface FunnelStepsProps {
  question: FunnelQuestion;
  onChange(question: FunnelQuestion): void;
}

/** The steps of a funnel, each with further events, gaps, and whether it may be skipped. */
export function FunnelSteps({ question, onChange }: FunnelStepsProps) {
  const { t } = useTranslation('insights');
  const { steps } = question;
  const set = (next: FunnelStep[]) => onChange(fitting({ ...question, steps: next }));
  const replace = (index: number, step: FunnelStep) => set(steps.map((one, place) => (place === index ? step : one)));
  const move = (index: number, by: number) => {
    const moved = [...steps];
    const [step] = moved.splice(index, 1);
    if (step) moved.splice(index + by, 0, step);
    set(moved);
  };
  const button = (label: string, icon: ReactNode, isDisabled: boolean, act: () => void) => (
    <Button size="small" type="text" disabled={isDisabled} aria-label={label} icon={icon} onClick={act} />
  );
  return (
    <>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place
        <div key={index} className={styles['step']}>
          <StepFields question={question} step={step} index={index} onChange={(next) => replace(index, next)} />
          <div>
            {button(t('moveUp'), <ArrowUpOutlined />, index === 0, () => move(index, -1))}
            {button(t('moveDown'), <ArrowDownOutlined />, index === steps.length - 1, () => move(index, 1))}
            {button(t('removeStep'), <DeleteOutlined />, steps.length <= 2, () => set(steps.filter((_, place) => place !== index)))}
          </div>
        </div>
      ))}
      {steps.length < limits.funnelSteps ? (
        <Button icon={<PlusOutlined />} onClick={() => set([...steps, { event: '', filters: [] }])}>
          {t('addStep')}
        </Button>
      ) : null}
    </>
  );
}

interface StepFieldsProps {
  question: FunnelQuestion;
  step: FunnelStep;
  index: number;
  onChange(step: FunnelStep): void;
}

function StepFields({ question, step, index, onChange }: StepFieldsProps) {
  const { t } = useTranslation('insights');
  const isFree = question.order === 'unordered';
  const isInner = index > 0 && index < question.steps.length - 1;
  const setFlag = (key: 'optional' | 'anchored', value: boolean) => onChange(without({ ...step, [key]: true }, key, !value));
  return (
    <>
      <EventSelect label={t('step', { number: index + 1 })} value={step.event} onChange={(event) => onChange({ ...step, event, filters: [] })} />
      <FilterList event={step.event} filters={step.filters} onChange={(filters) => onChange({ ...step, filters })} />
      <Alternatives step={step} onChange={onChange} />
      {isInner && !isFree ? (
        <Checkbox checked={step.optional ?? false} onChange={(event) => setFlag('optional', event.target.checked)}>
          {t('funnel.optional')}
        </Checkbox>
      ) : null}
      {isFree ? (
        <Checkbox checked={step.anchored ?? false} onChange={(event) => setFlag('anchored', event.target.checked)}>
          {t('funnel.anchored')}
        </Checkbox>
      ) : null}
      {index > 0 && !isFree ? <Gaps step={step} onChange={onChange} /> : null}
    </>
  );
}

type StepPartProps = Pick<StepFieldsProps, 'step' | 'onChange'>;

/** Further events that take the same step. */
function Alternatives({ step, onChange }: StepPartProps) {
  const { t } = useTranslation('insights');
  const others = step.or ?? [];
  const setOthers = (or: Matcher[]) => onChange(without({ ...step, or }, 'or', or.length === 0));
  return (
    <>
      {others.map((other, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an alternative is known by its place
        <div key={place} className={styles['filters']}>
          <EventSelect
            label={t('funnel.or')}
            value={other.event}
            onChange={(event) => setOthers(others.map((one, at) => (at === place ? { event, filters: [] } : one)))}
          />
          <FilterList
            event={other.event}
            filters={other.filters}
            onChange={(filters) => setOthers(others.map((one, at) => (at === place ? { ...one, filters } : one)))}
          />
          <div>
            <Button size="small" type="text" icon={<DeleteOutlined />} onClick={() => setOthers(others.filter((_, at) => at !== place))}>
              {t('funnel.removeOr')}
            </Button>
          </div>
        </div>
      ))}
      {step.event !== '' && others.length < MATCHERS_MAX ? (
        <div>
          <Button size="small" type="text" icon={<PlusOutlined />} onClick={() => setOthers([...others, { event: '', filters: [] }])}>
            {t('funnel.addOr')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

/** Shortest and longest time since the step before. */
function Gaps({ step, onChange }: StepPartProps) {
  const { t } = useTranslation('insights');
  return (
    <details>
      <summary>{t('funnel.gaps')}</summary>
      <div className={styles['form']}>
        <DurationField
          label={t('funnel.minGap')}
          value={step.minGap}
          onChange={(minGap) => onChange(without({ ...step, ...(minGap && { minGap }) }, 'minGap', !minGap))}
        />
        <DurationField
          label={t('funnel.maxGap')}
          value={step.maxGap}
          onChange={(maxGap) => onChange(without({ ...step, ...(maxGap && { maxGap }) }, 'maxGap', !maxGap))}
        />
      </div>
    </details>
  );
}

function without<T extends object>(value: T, key: keyof T, isGone: boolean): T {
  if (!isGone) return value;
  const { [key]: _, ...rest } = value;
  return rest as T;
}

/** Takes out what the places of the steps no longer allow, so that moving a step never leaves a question that cannot be asked. */
export function fitting(question: FunnelQuestion): FunnelQuestion {
  const last = question.steps.length;
  const isFree = question.order === 'unordered';
  const steps = question.steps.map(({ optional, minGap, maxGap, anchored, ...step }, index) => ({
    ...step,
    ...(optional && !isFree && index > 0 && index < last - 1 && { optional }),
    ...(minGap && !isFree && index > 0 && { minGap }),
    ...(maxGap && !isFree && index > 0 && { maxGap }),
    ...(anchored && isFree && { anchored }),
  }));
  const { exclusions, histogram, attribution, ...rest } = question;
  const kept = exclusions?.map((one) => {
    const from = isFree ? 1 : Math.min(one.from, last - 1);
    return { ...one, from, to: isFree ? last : Math.min(Math.max(one.to, from + 1), last) };
  });
  const isStill = !attribution || !(isFree && attribution.of === 'all');
  return {
    ...rest,
    steps,
    ...(kept && { exclusions: kept }),
    ...(histogram && histogram.to <= last && { histogram }),
    ...(attribution && isStill && { attribution: { ...attribution, step: isFree ? 1 : Math.min(attribution.step, last) } }),
  };
}
