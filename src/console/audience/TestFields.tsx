import { useTranslation } from 'react-i18next';
import type { Test, TestOp } from '../../know/audiences/contract.ts';
import styles from './AudienceBuilder.module.css';
import { DayField, NumberField } from './NumberField.tsx';
import { PlainSelect } from './PlainSelect.tsx';
import { soleType, testGroups, testWithOp } from './starts.ts';
import { below, type Path } from './tree.ts';
import { TextField, ValueField, type ValueSource, ValuesField } from './ValueField.tsx';

interface TestFieldsProps {
  /** Place of the test. */
  path: Path;
  test: Test;
  /** `part` names what is typed, for the history. */
  onChange(test: Test, part?: string): void;
  source: ValueSource;
}

/** A test on a value: the operator, and what it needs. */
export function TestFields({ path, test, onChange, source }: TestFieldsProps) {
  const { t } = useTranslation('audiences');
  const sole = soleType(source.types);
  const groups = testGroups.filter(({ group, ops }) => isFitting(group, sole) || ops.includes(test.op));
  return (
    <>
      <PlainSelect<TestOp>
        path={below(path, 'op')}
        label={t('builder.fields.op')}
        value={test.op}
        options={groups.map(({ group, ops }) => ({
          label: t(`builder.testGroups.${group}`),
          options: ops.map((op) => ({ value: op, label: t(`builder.ops.${op}`) })),
        }))}
        onChange={(op) => onChange(testWithOp(op, test, source.types))}
      />
      <Operands path={path} test={test} onChange={onChange} source={source} />
    </>
  );
}

/** Numbers have no texts to look into, truth values no order; dates are texts. */
function isFitting(group: (typeof testGroups)[number]['group'], sole: ReturnType<typeof soleType>): boolean {
  if (group === 'text' || group === 'date') return sole === undefined || sole === 'text';
  return group === 'number' ? sole === undefined || sole === 'number' : true;
}

function Operands({ path, test, onChange, source }: TestFieldsProps) {
  const { t } = useTranslation('audiences');
  switch (test.op) {
    case 'is_set':
    case 'is_not_set':
      return null;
    case 'in':
    case 'not_in':
      return <ValuesField path={below(path, 'values')} values={test.values} onChange={(values) => onChange({ ...test, values })} source={source} />;
    case 'equals':
    case 'not_equals':
      return (
        <ValueField path={below(path, 'value')} value={test.value} onChange={(value) => onChange({ ...test, value }, 'value')} source={source} />
      );
    case 'contains':
    case 'not_contains':
      return (
        <TextField
          path={below(path, 'value')}
          label={t('builder.fields.value')}
          value={test.value}
          onChange={(value) => onChange({ ...test, value }, 'value')}
          source={source}
        />
      );
    case 'date_in_last':
    case 'date_before_last':
    case 'date_in_next':
      return <DaysOf path={path} test={test} onChange={onChange} />;
    case 'date_before':
    case 'date_on_or_after':
      return (
        <DayField
          path={below(path, 'date')}
          label={t('builder.fields.day')}
          value={test.date}
          onChange={(date) => onChange({ ...test, date }, 'date')}
        />
      );
    case 'between':
      return <NumberSpan path={path} test={test} onChange={onChange} />;
    case 'date_between':
      return <DaySpan path={path} span={test} onChange={(span, part) => onChange({ ...test, ...span }, part)} />;
    default:
      return (
        <NumberField
          path={below(path, 'value')}
          label={t('builder.fields.value')}
          value={test.value}
          onChange={(value) => onChange({ ...test, value }, 'value')}
        />
      );
  }
}

function DaysOf({ path, test, onChange }: { path: Path; test: Extract<Test, { days: number }>; onChange: TestFieldsProps['onChange'] }) {
  const { t } = useTranslation('audiences');
  return (
    <div className={styles['unit']}>
      <NumberField
        path={below(path, 'days')}
        label={t('builder.fields.days')}
        value={test.days}
        onChange={(days) => onChange({ ...test, days }, 'days')}
        isWhole
      />
      <span className={styles['word']}>{t(test.op === 'date_before_last' ? 'builder.daysAgo' : 'builder.daysWord')}</span>
    </div>
  );
}

function NumberSpan({ path, test, onChange }: { path: Path; test: Extract<Test, { op: 'between' }>; onChange: TestFieldsProps['onChange'] }) {
  const { t } = useTranslation('audiences');
  return (
    <div className={styles['unit']}>
      <NumberField
        path={below(path, 'from')}
        label={t('builder.fields.from')}
        value={test.from}
        onChange={(from) => onChange({ ...test, from }, 'from')}
      />
      <span className={styles['word']}>{t('builder.toBelow')}</span>
      <NumberField path={below(path, 'to')} label={t('builder.fields.to')} value={test.to} onChange={(to) => onChange({ ...test, to }, 'to')} />
    </div>
  );
}

interface DaySpanProps {
  path: Path;
  span: { from: string; to: string };
  onChange(span: { from: string; to: string }, part: string): void;
}

/** From a day to before another one. */
export function DaySpan({ path, span, onChange }: DaySpanProps) {
  const { t } = useTranslation('audiences');
  const { from, to } = span;
  return (
    <div className={styles['unit']}>
      <DayField path={below(path, 'from')} label={t('builder.fields.from')} value={from} onChange={(day) => onChange({ from: day, to }, 'from')} />
      <span className={styles['word']}>{t('builder.toBefore')}</span>
      <DayField path={below(path, 'to')} label={t('builder.fields.to')} value={to} onChange={(day) => onChange({ from, to: day }, 'to')} />
    </div>
  );
}
