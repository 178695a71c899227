import { CloseOutlined, FilterOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { type EventCondition, FILTERS_MAX, type Filter, type Measure } from '../../know/audiences/contract.ts';
import styles from './AudienceBuilder.module.css';
import { NameSelect } from './NameSelect.tsx';
import { NumberField } from './NumberField.tsx';
import { PlainSelect } from './PlainSelect.tsx';
import { measureWithVerb, startFilter, testForName, valueTypesOf, verbOf, verbs } from './starts.ts';
import { TestFields } from './TestFields.tsx';
import { below, type Path } from './tree.ts';
import { useEventChoices, usePropertyNames } from './use-suggestions.ts';
import { WindowFields } from './WindowFields.tsx';

interface EventFieldsProps {
  path: Path;
  condition: EventCondition;
  onChange(condition: EventCondition, part?: string): void;
}

/** "did Order Completed at least 2 times in the last 30 days", with filters on its properties. */
export function EventFields({ path, condition, onChange }: EventFieldsProps) {
  const { t } = useTranslation('audiences');
  const { groups, isLoading } = useEventChoices();
  const { measure } = condition;
  const chooseEvent = (event: string) => onChange({ ...condition, event });
  const addFilter = () => onChange({ ...condition, where: [...condition.where, startFilter()] });
  return (
    <>
      <div className={styles['line']}>
        <PlainSelect
          path={below(path, 'measure.of')}
          label={t('builder.fields.measure')}
          value={verbOf(measure)}
          options={verbs.map((verb) => ({ value: verb, label: t(`builder.verbs.${verb}`) }))}
          onChange={(verb) => onChange({ ...condition, measure: measureWithVerb(verb, measure) })}
        />
        <NameSelect
          path={below(path, 'event')}
          label={t('builder.fields.event')}
          placeholder={t('builder.placeholders.event')}
          value={condition.event}
          onChange={chooseEvent}
          groups={groups}
          isLoading={isLoading}
        />
        <MeasureFields
          path={below(path, 'measure')}
          event={condition.event}
          measure={measure}
          onChange={(next, part) => onChange({ ...condition, measure: next }, part)}
        />
        <WindowFields path={below(path, 'window')} window={condition.window} onChange={(window, part) => onChange({ ...condition, window }, part)} />
        {condition.where.length === 0 ? (
          <Button size="small" type="text" className={styles['quietButton'] ?? ''} icon={<FilterOutlined />} onClick={addFilter}>
            {t('builder.addFilter')}
          </Button>
        ) : null}
      </div>
      {condition.where.length > 0 ? (
        <Filters
          path={below(path, 'where')}
          condition={condition}
          onChange={onChange}
          onAdd={condition.where.length < FILTERS_MAX ? addFilter : undefined}
        />
      ) : null}
    </>
  );
}

const countOps = ['greater_or_equal', 'equals', 'less_or_equal', 'greater', 'less', 'not_equals'] as const;

interface MeasureFieldsProps {
  path: Path;
  event: string;
  measure: Measure;
  onChange(measure: Measure, part?: string): void;
}

function MeasureFields({ path, event, measure, onChange }: MeasureFieldsProps) {
  const { t } = useTranslation('audiences');
  if (measure.of === 'did_not') return null;
  if (measure.of === 'did' || measure.of === 'count') return <TimesFields path={path} measure={measure} onChange={onChange} />;
  return (
    <>
      <div className={styles['unit']}>
        <span className={styles['word']}>{t('builder.of')}</span>
        <PropertySelect
          path={below(path, 'property')}
          event={event}
          value={measure.property}
          onChange={(property) => onChange({ ...measure, property })}
          isNumeric={measure.of !== 'distinct'}
        />
      </div>
      <div className={styles['unit']}>
        <PlainSelect
          path={below(path, 'op')}
          label={t('builder.fields.comparison')}
          value={measure.op}
          options={countOps.map((op) => ({ value: op, label: t(`builder.comparisons.${op}`) }))}
          onChange={(op) => onChange({ ...measure, op })}
        />
        <NumberField
          path={below(path, 'value')}
          label={t('builder.fields.value')}
          value={measure.value}
          onChange={(value) => onChange({ ...measure, value }, 'measure')}
          {...(measure.of === 'distinct' ? { isWhole: true, min: 0 } : {})}
        />
      </div>
    </>
  );
}

/** "at least once", or a comparison with a number of times. */
function TimesFields({
  path,
  measure,
  onChange,
}: {
  path: Path;
  measure: Extract<Measure, { of: 'did' | 'count' }>;
  onChange: MeasureFieldsProps['onChange'];
}) {
  const { t } = useTranslation('audiences');
  const value = measure.of === 'did' ? 'once' : measure.op;
  const choose = (next: 'once' | (typeof countOps)[number]) =>
    onChange(next === 'once' ? { of: 'did' } : { of: 'count', op: next, value: measure.of === 'count' ? measure.value : 2 });
  return (
    <div className={styles['unit']}>
      <PlainSelect
        path={below(path, 'op')}
        label={t('builder.fields.times')}
        value={value}
        options={(['once', ...countOps] as const).map((op) => ({ value: op, label: t(`builder.times.${op}`) }))}
        onChange={choose}
      />
      {measure.of === 'count' ? (
        <>
          <NumberField
            path={below(path, 'value')}
            label={t('builder.fields.count')}
            value={measure.value}
            onChange={(count) => onChange({ ...measure, value: count }, 'measure')}
            isWhole
            min={0}
          />
          <span className={styles['word']}>{t('builder.timesWord')}</span>
        </>
      ) : null}
    </div>
  );
}

function PropertySelect({
  path,
  event,
  value,
  onChange,
  isNumeric = false,
}: {
  path: Path;
  event: string;
  value: string;
  onChange(value: string): void;
  isNumeric?: boolean;
}) {
  const { t } = useTranslation('audiences');
  const { choices, typesOf, isLoading } = usePropertyNames(event);
  const fitting = isNumeric ? choices.filter((choice) => valueTypesOf(typesOf(choice.value))?.has('number')) : choices;
  return (
    <NameSelect
      path={path}
      label={t('builder.fields.property')}
      placeholder={t('builder.placeholders.property')}
      value={value}
      onChange={onChange}
      groups={[{ choices: fitting }]}
      isLoading={isLoading}
      widthPx={150}
    />
  );
}

interface FiltersProps {
  path: Path;
  condition: EventCondition;
  onChange: EventFieldsProps['onChange'];
  onAdd: (() => void) | undefined;
}

/** Tests on properties of the event; all must hold. */
function Filters({ path, condition, onChange, onAdd }: FiltersProps) {
  const { t } = useTranslation('audiences');
  const { typesOf } = usePropertyNames(condition.event);
  const change = (index: number, filter: Filter, part?: string) =>
    onChange({ ...condition, where: condition.where.map((one, place) => (place === index ? filter : one)) }, part && `${index}.${part}`);
  const remove = (index: number) => onChange({ ...condition, where: condition.where.filter((_, place) => place !== index) });
  return (
    <div className={styles['filters']}>
      {condition.where.map((filter, index) => {
        const at = below(path, String(index));
        const types = valueTypesOf(typesOf(filter.property));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a filter has no name of its own, and filters never change places
          <div key={index} className={styles['filter']}>
            <div className={styles['line']}>
              <div className={styles['unit']}>
                <span className={styles['word']}>{t(index === 0 ? 'builder.where' : 'builder.connectors.all')}</span>
                <PropertySelect
                  path={below(at, 'property')}
                  event={condition.event}
                  value={filter.property}
                  onChange={(property) => change(index, { property, test: testForName(filter.test, valueTypesOf(typesOf(property))) })}
                />
              </div>
              <TestFields
                path={below(at, 'test')}
                test={filter.test}
                onChange={(test, part) => change(index, { ...filter, test }, part)}
                source={{ event: condition.event, name: filter.property, types }}
              />
            </div>
            <Button size="small" type="text" aria-label={t('builder.removeFilter')} icon={<CloseOutlined />} onClick={() => remove(index)} />
          </div>
        );
      })}
      {onAdd ? (
        <Button size="small" type="text" className={styles['quietButton'] ?? ''} icon={<FilterOutlined />} onClick={onAdd}>
          {t('builder.addFilter')}
        </Button>
      ) : null}
    </div>
  );
}
