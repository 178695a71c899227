import { useTranslation } from 'react-i18next';
import type { SegmentCondition, TraitCondition } from '../../know/audiences/contract.ts';
import styles from './AudienceBuilder.module.css';
import { useBuilder } from './builder-context.ts';
import { NameSelect } from './NameSelect.tsx';
import { PlainSelect } from './PlainSelect.tsx';
import { testForName, valueTypesOf } from './starts.ts';
import { TestFields } from './TestFields.tsx';
import { below, type Path } from './tree.ts';
import { useAudienceFields, useTraitNames } from './use-suggestions.ts';

interface TraitFieldsProps {
  path: Path;
  condition: TraitCondition;
  onChange(condition: TraitCondition, part?: string): void;
}

/** A test on a trait: "income is one of ...". */
export function TraitFields({ path, condition, onChange }: TraitFieldsProps) {
  const { t } = useTranslation('audiences');
  const { choices, typesOf, isLoading } = useTraitNames();
  const types = valueTypesOf(typesOf(condition.trait));
  return (
    <div className={styles['line']}>
      <NameSelect
        path={below(path, 'trait')}
        label={t('builder.fields.trait')}
        placeholder={t('builder.placeholders.trait')}
        value={condition.trait}
        onChange={(trait) => onChange({ ...condition, trait, test: testForName(condition.test, valueTypesOf(typesOf(trait))) })}
        groups={[{ choices }]}
        isLoading={isLoading}
        widthPx={170}
      />
      <TestFields
        path={below(path, 'test')}
        test={condition.test}
        onChange={(test, part) => onChange({ ...condition, test }, part)}
        source={{ name: condition.trait, types }}
      />
    </div>
  );
}

interface SegmentFieldsProps {
  /** Place of the row, outside of its `not`. */
  row: Path;
  path: Path;
  condition: SegmentCondition;
  isNegated: boolean;
  onChange(condition: SegmentCondition): void;
}

/** Is, or is not, in a segment. */
export function SegmentFields({ row, path, condition, isNegated, onChange }: SegmentFieldsProps) {
  const { t } = useTranslation('audiences');
  const { negate } = useBuilder();
  const { data, isPending } = useAudienceFields();
  const choices = (data?.segments ?? []).map(({ segmentId, name }) => ({ value: String(segmentId), label: name }));
  return (
    <div className={styles['line']}>
      <PlainSelect
        path={below(path, 'kind')}
        label={t('builder.fields.membership')}
        value={isNegated ? 'out' : 'in'}
        options={[
          { value: 'in', label: t('builder.membership.in') },
          { value: 'out', label: t('builder.membership.out') },
        ]}
        onChange={(next) => (next === 'out') !== isNegated && negate(row)}
      />
      <NameSelect
        path={below(path, 'segmentId')}
        label={t('builder.fields.segment')}
        placeholder={t('builder.placeholders.segment')}
        value={condition.segmentId > 0 ? String(condition.segmentId) : ''}
        onChange={(segmentId) => onChange({ ...condition, segmentId: Number(segmentId) })}
        groups={[{ choices }]}
        isLoading={isPending}
        unknownLabel={`#${condition.segmentId}`}
        isOpenEnded={false}
        widthPx={240}
      />
    </div>
  );
}
