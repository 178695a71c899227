import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { type Format, useFormat } from '../../../console/kit/use-format.ts';
import type { PlannedProperty } from '../contract.ts';
import type { FieldRow } from './field-row.ts';
import styles from './Plan.module.css';
import { usePlanWords } from './use-plan-words.ts';

/** Columns of properties and traits. */
export function useFieldColumns({ hasRequired }: { hasRequired: boolean }): readonly Column<FieldRow>[] {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const words = usePlanWords();
  return useMemo(
    () => [...planColumns(t, words), ...seenColumns(t, words), ...(hasRequired ? [filledColumn(t, format)] : []), ...detailColumns(t)],
    [t, format, words, hasRequired],
  );
}

type Words = ReturnType<typeof usePlanWords>;

/** What it is called and what the plan says. */
function planColumns(t: Translate, words: Words): Column<FieldRow>[] {
  const nameOf = ({ name, planned }: FieldRow) => words.name(planned?.displayName) ?? name;
  return [
    {
      key: 'name',
      title: t('fields.name'),
      value: (row) => `${row.name} ${words.name(row.planned?.displayName) ?? ''}`,
      render: (row) => (
        <span className={styles['name']} title={row.planned?.description}>
          {nameOf(row)}
          {nameOf(row) === row.name ? null : <span className={styles['code']}>{row.name}</span>}
        </span>
      ),
    },
    { key: 'planned', title: t('fields.planned'), value: (row) => (row.planned ? 'yes' : 'no'), render: (row) => <Planned row={row} /> },
    {
      key: 'type',
      title: t('fields.type'),
      value: (row) => (row.planned ? words.type(row.planned.type) : ''),
      render: (row) => (row.planned ? words.type(row.planned.type) : <span className="quiet">–</span>),
    },
  ];
}

/** What arrives. */
function seenColumns(t: Translate, words: Words): Column<FieldRow>[] {
  const typesSeen = ({ seen }: FieldRow) =>
    Object.keys(seen?.types ?? {})
      .map(words.type)
      .join(', ');
  return [
    {
      key: 'seenType',
      title: t('fields.seenType'),
      value: typesSeen,
      render: (row) => <span className={isOdd(row) ? styles['warn'] : undefined}>{typesSeen(row) || '–'}</span>,
    },
  ];
}

/** In which share of the events it is there. */
function filledColumn(t: Translate, format: Format): Column<FieldRow> {
  const filled = ({ seen, sampled }: FieldRow) => (seen && sampled > 0 ? Math.min(1, seen.count / sampled) : undefined);
  return {
    key: 'filled',
    title: t('fields.filled'),
    align: 'right',
    value: filled,
    render: (row) => {
      const share = filled(row);
      return share === undefined ? '–' : format.percent(share, 0);
    },
  };
}

function detailColumns(t: Translate): Column<FieldRow>[] {
  return [
    { key: 'rules', title: t('fields.rules'), value: (row) => ruleWords(row.planned, t).join(' '), render: (row) => <Rules planned={row.planned} /> },
    { key: 'examples', title: t('fields.examples'), value: (row) => row.seen?.examples.join(' '), render: (row) => <Examples row={row} /> },
    {
      key: 'lastSeen',
      title: t('columns.lastSeen'),
      value: (row) => row.seen?.lastSeen,
      render: (row) => (row.seen ? <TimeText at={row.seen.lastSeen} isRelative /> : <span className="quiet">{t('neverSeen')}</span>),
    },
  ];
}

/** True: something came that is not of the planned type. */
function isOdd({ planned, seen }: FieldRow): boolean {
  if (!planned?.type || !seen || planned.personal === 'sensitive') return false;
  const fitting: Record<string, readonly string[]> = { number: ['number', 'integer'], string: ['string', 'datetime'] };
  const good = fitting[planned.type] ?? [planned.type];
  return Object.keys(seen.types).some((type) => !good.includes(type));
}

function Planned({ row }: { row: FieldRow }) {
  const { t } = useTranslation('tracking-plan');
  if (!row.planned) return <StatusMark meaning="neutral">{t('fields.unplanned')}</StatusMark>;
  if (!row.seen) return <StatusMark meaning="waiting">{t('fields.notSeen')}</StatusMark>;
  return <StatusMark meaning="success">{t('fields.isPlanned')}</StatusMark>;
}

type Translate = TFunction<'tracking-plan'>;

function ruleWords(planned: PlannedProperty | undefined, t: Translate): string[] {
  if (!planned) return [];
  const range = [planned.min === undefined ? '' : `≥ ${planned.min}`, planned.max === undefined ? '' : `≤ ${planned.max}`].filter(Boolean);
  return [
    ...(planned.required ? [t('fields.required')] : []),
    ...(planned.enum ? [t('fields.oneOf', { count: planned.enum.length })] : []),
    ...range,
    ...(planned.pattern ? [planned.pattern] : []),
    ...(planned.personal && planned.personal !== 'public' ? [t(`markings.${planned.personal}`)] : []),
  ];
}

function Rules({ planned }: { planned: PlannedProperty | undefined }) {
  const { t } = useTranslation('tracking-plan');
  return (
    <span className={styles['rules']} title={planned?.enum?.map(String).join(', ')}>
      {ruleWords(planned, t).map((word) => (
        <span key={word}>{word}</span>
      ))}
    </span>
  );
}

function Examples({ row: { planned, seen } }: { row: FieldRow }) {
  const { t } = useTranslation('tracking-plan');
  if (!seen) return null;
  const isMarked = planned?.personal === 'personal' || planned?.personal === 'sensitive';
  if (seen.examples.length === 0) return isMarked || seen.looksPersonal ? <span className="small quiet">{t('fields.hidden')}</span> : null;
  return (
    <span className={styles['examples']}>
      {seen.examples.map((example) => (
        <code key={example} title={example}>
          {example}
        </code>
      ))}
    </span>
  );
}
