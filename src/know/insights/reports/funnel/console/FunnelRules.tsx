import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { EventSelect, usePropertyOptions } from '../../../console/EventSelect.tsx';
import { Field } from '../../../console/Field.tsx';
import { FilterList } from '../../../console/FilterList.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import { countings, type Exclusion, entries, type FunnelQuestion, orders, withins } from '../../../contract.ts';
import { fitting } from './FunnelSteps.tsx';

const EXCLUSIONS_MAX = 10;
const TOLERANCES_MS = [0, 2_000];

interface FunnelRulesProps {
  question: FunnelQuestion;
  onChange(question: FunnelQuestion): void;
}

/** Order, entry, what is counted, what stays the same, and what must not happen. */
export function FunnelRules({ question, onChange }: FunnelRulesProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<FunnelQuestion>) => onChange(fitting({ ...question, ...part }));
  const choice = <T extends string>(key: 'order' | 'entry' | 'count' | 'within', values: readonly T[], nameOf: (value: T) => string) => (
    <Field label={t(`funnel.${key}`)}>
      {(id) => (
        <Select
          id={id}
          value={(question[key] as T | undefined) ?? values[0]}
          options={values.map((value) => ({ value, label: nameOf(value) }))}
          onChange={(value) => set({ [key]: value })}
        />
      )}
    </Field>
  );
  return (
    <details>
      <summary>{t('funnel.rules')}</summary>
      <div className={styles['form']}>
        {choice('order', orders, (value) => t(`funnel.orders.${value}`))}
        {question.order === 'strict' ? <UniverseField question={question} onChange={onChange} /> : null}
        {question.count === 'totals' ? null : choice('entry', entries, (value) => t(`funnel.entrys.${value}`))}
        {choice('count', countings, (value) => t(`funnel.counts.${value}`))}
        {choice('within', withins, (value) => t(`funnel.withins.${value}`))}
        <Checkbox checked={question.limitStepsToRange ?? false} onChange={(event) => set({ limitStepsToRange: event.target.checked })}>
          {t('funnel.limitStepsToRange')}
        </Checkbox>
        <ToleranceField question={question} onChange={onChange} />
        <HoldField question={question} onChange={onChange} />
        <Exclusions question={question} onChange={set} />
      </div>
    </details>
  );
}

function ToleranceField({ question, onChange }: FunnelRulesProps) {
  const { t } = useTranslation('insights');
  return (
    <Field label={t('funnel.tolerance')}>
      {(id) => (
        <Select
          id={id}
          value={question.reorderToleranceMs ?? 0}
          options={[...new Set([...TOLERANCES_MS, question.reorderToleranceMs ?? 0])].map((ms) => ({
            value: ms,
            label: t('funnel.toleranceOf', { seconds: ms / 1_000 }),
          }))}
          onChange={(reorderToleranceMs) => onChange({ ...question, reorderToleranceMs })}
        />
      )}
    </Field>
  );
}

function UniverseField({ question, onChange }: FunnelRulesProps) {
  const { t } = useTranslation('insights');
  const universe = question.universe ?? { of: 'all' as const };
  const options = (['all', 'listed', 'events'] as const).map((value) => ({ value, label: t(`funnel.universes.${value}`) }));
  return (
    <>
      <Field label={t('funnel.universe')}>
        {(id) => (
          <Select
            id={id}
            value={universe.of}
            options={options}
            onChange={(of) =>
              onChange({ ...question, universe: of === 'events' ? { of, events: question.steps.map((step) => step.event).filter(Boolean) } : { of } })
            }
          />
        )}
      </Field>
      {universe.of === 'events' ? (
        <Field label={t('events')}>
          {(id) => (
            <Select
              id={id}
              mode="tags"
              value={universe.events}
              onChange={(events: string[]) => {
                if (events.length > 0) onChange({ ...question, universe: { of: 'events', events } });
              }}
            />
          )}
        </Field>
      ) : null}
    </>
  );
}

function HoldField({ question, onChange }: FunnelRulesProps) {
  const { t } = useTranslation('insights');
  const options = usePropertyOptions(question.steps[0]?.event ?? '', false, undefined);
  const set = (hold: string[]) => {
    const { hold: _, ...rest } = question;
    const steps = question.steps.map(({ hold: __, ...step }) => step);
    onChange(hold.length === 0 ? { ...rest, steps } : { ...rest, steps, hold });
  };
  return (
    <Field label={t('funnel.hold')}>
      {(id) => (
        <Select id={id} mode="tags" maxCount={3} value={question.hold ?? []} options={options} placeholder={t('funnel.noHold')} onChange={set} />
      )}
    </Field>
  );
}

interface ExclusionFieldsProps {
  exclusion: Exclusion;
  question: FunnelQuestion;
  onChange(exclusion: Exclusion): void;
  onRemove(): void;
}

function ExclusionFields({ exclusion, question, onChange, onRemove }: ExclusionFieldsProps) {
  const { t } = useTranslation('insights');
  const places = question.steps.map((_, index) => ({ value: index + 1, label: t('step', { number: index + 1 }) }));
  const isFree = question.order === 'unordered';
  return (
    <div className={styles['step']}>
      <EventSelect label={t('funnel.excluded')} value={exclusion.event} onChange={(event) => onChange({ ...exclusion, event, filters: [] })} />
      <FilterList event={exclusion.event} filters={exclusion.filters} onChange={(filters) => onChange({ ...exclusion, filters })} />
      <div className={styles['row']}>
        <Select
          aria-label={t('funnel.excludedFrom')}
          disabled={isFree}
          value={exclusion.from}
          options={places.slice(0, -1)}
          onChange={(from) => onChange({ ...exclusion, from, to: Math.max(exclusion.to, from + 1) })}
        />
        <Select
          aria-label={t('funnel.excludedTo')}
          disabled={isFree}
          value={exclusion.to}
          options={places.slice(exclusion.from)}
          onChange={(to) => onChange({ ...exclusion, to })}
        />
        <Button type="text" aria-label={t('funnel.removeExclusion')} icon={<DeleteOutlined />} onClick={onRemove} />
      </div>
    </div>
  );
}

function Exclusions({ question, onChange }: { question: FunnelQuestion; onChange(part: Partial<FunnelQuestion>): void }) {
  const { t } = useTranslation('insights');
  const list = question.exclusions ?? [];
  const last = question.steps.length;
  const replace = (index: number, next: Exclusion) => onChange({ exclusions: list.map((one, place) => (place === index ? next : one)) });
  return (
    <>
      {list.map((exclusion, index) => (
        <ExclusionFields
          // biome-ignore lint/suspicious/noArrayIndexKey: an exclusion is known by its place
          key={index}
          exclusion={exclusion}
          question={question}
          onChange={(next) => replace(index, next)}
          onRemove={() => onChange({ exclusions: list.filter((_, place) => place !== index) })}
        />
      ))}
      {list.length < EXCLUSIONS_MAX ? (
        <div>
          <Button icon={<PlusOutlined />} onClick={() => onChange({ exclusions: [...list, { event: '', filters: [], from: 1, to: last }] })}>
            {t('funnel.addExclusion')}
          </Button>
        </div>
      ) : null}
      {list.length > 0 ? (
        <Field label={t('funnel.exclusionEffect')}>
          {(id) => (
            <Select
              id={id}
              value={question.exclusionEffect ?? 'drop'}
              options={(['drop', 'remove'] as const).map((value) => ({ value, label: t(`funnel.exclusionEffects.${value}`) }))}
              onChange={(exclusionEffect) => onChange({ exclusionEffect })}
            />
          )}
        </Field>
      ) : null}
    </>
  );
}
