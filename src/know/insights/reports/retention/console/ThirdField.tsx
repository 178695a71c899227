import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { EventSelect, PropertySelect } from '../../../console/EventSelect.tsx';
import { Field } from '../../../console/Field.tsx';
import { FilterList } from '../../../console/FilterList.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import type { ThirdMeasure } from '../question.ts';
import type { RetentionFormProps } from './retention-form-props.ts';

type Kind = 'none' | ThirdMeasure['measure']['kind'];

/** What is also measured of those who returned. */
export function ThirdField({ question, onChange }: RetentionFormProps) {
  const { t } = useTranslation('insights');
  const { third, ...rest } = question;
  const set = (part: Partial<ThirdMeasure>) => third && onChange({ ...question, third: { ...third, ...part } });
  const choose = (kind: Kind) => {
    if (kind === 'none') return onChange(rest);
    const measure = kind === 'events' ? { kind } : { kind, property: third?.measure.kind === 'sum' ? third.measure.property : '' };
    onChange({ ...question, third: { event: third?.event ?? question.return, filters: third?.filters ?? [], measure } });
  };
  const field = (
    <Field label={t('retention.third')}>
      {(id) => (
        <Select<Kind>
          id={id}
          value={third?.measure.kind ?? 'none'}
          options={(['none', 'events', 'sum'] as const).map((kind) => ({ value: kind, label: t(`retention.thirdKinds.${kind}`) }))}
          onChange={choose}
        />
      )}
    </Field>
  );
  if (!third) return field;
  const { measure } = third;
  return (
    <div className={styles['step']}>
      {field}
      <EventSelect hasAny label={t('event')} value={third.event} onChange={(event) => set({ event, filters: [] })} />
      <FilterList event={third.event} filters={third.filters} onChange={(filters) => set({ filters })} />
      {measure.kind === 'sum' ? (
        <PropertySelect
          isNumeric
          label={t('measuredProperty')}
          event={third.event}
          value={measure.property || undefined}
          placeholder={t('chooseProperty')}
          onChange={(property) => set({ measure: { kind: 'sum', property: property ?? '' } })}
        />
      ) : null}
    </div>
  );
}
