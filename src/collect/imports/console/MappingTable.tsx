import { Input, Select, Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { type CellType, type ColumnMapping, type ColumnRole, cellTypes, columnRoles, type Mapping } from '../contract.ts';
import styles from './Imports.module.css';

/** A column as it was read. */
export interface ShownColumn {
  column: string;
  samples: readonly string[];
  confidence: number;
}

interface MappingTableProps {
  columns: readonly ShownColumn[];
  mapping: Mapping;
  onChange(mapping: Mapping): void;
}

const SURE = 0.7;
const named = new Set<ColumnRole>(['property', 'trait', 'id', 'context']);
const ofEvents = new Set<ColumnRole>(['event', 'property', 'properties', 'key', 'sessionId']);

/** What each column means: its role, and where it helps its name and type. */
export function MappingTable({ columns, mapping, onChange }: MappingTableProps) {
  const { t } = useTranslation('imports');
  const change = (column: string, part: Partial<ColumnMapping>) => {
    const known = mapping.columns.some((one) => one.column === column);
    const list = known ? mapping.columns : [...mapping.columns, { column, role: 'ignore' as const, as: 'auto' as const }];
    onChange({ ...mapping, columns: list.map((one) => (one.column === column ? clean({ ...one, ...part }) : one)) });
  };
  return (
    <table className={styles['columns']}>
      <thead>
        <tr>
          <th scope="col">{t('mapping.column')}</th>
          <th scope="col">{t('mapping.role')}</th>
          <th scope="col">{t('mapping.name')}</th>
          <th scope="col">{t('mapping.as')}</th>
        </tr>
      </thead>
      <tbody>
        {columns.map((shown) => {
          const mapped = mapping.columns.find((one) => one.column === shown.column);
          return <ColumnRow key={shown.column} shown={shown} mapped={mapped} isPeople={mapping.content === 'people'} onChange={change} />;
        })}
      </tbody>
    </table>
  );
}

/** An empty name means the column's own. */
function clean(mapped: ColumnMapping): ColumnMapping {
  const { name, ...rest } = mapped;
  return name === undefined || name === '' || !named.has(mapped.role) ? rest : { ...rest, name };
}

interface ColumnRowProps {
  shown: ShownColumn;
  mapped: ColumnMapping | undefined;
  isPeople: boolean;
  onChange(column: string, part: Partial<ColumnMapping>): void;
}

function ColumnRow({ shown, mapped, isPeople, onChange }: ColumnRowProps) {
  const { t } = useTranslation('imports');
  const role = mapped?.role ?? 'ignore';
  const roles = columnRoles.filter((one) => one === role || !isPeople || !ofEvents.has(one));
  const isTyped = role === 'property' || role === 'trait';
  return (
    <tr>
      <td>
        <div className={styles['name']}>
          {shown.column}{' '}
          {shown.confidence < SURE && role !== 'ignore' ? (
            <Tooltip title={t('mapping.unsureHelp')}>
              <Tag>{t('mapping.unsure')}</Tag>
            </Tooltip>
          ) : null}
        </div>
        <div className={styles['samples']}>{shown.samples.join(' · ') || t('mapping.noSamples')}</div>
      </td>
      <td>
        <Select<ColumnRole>
          aria-label={`${shown.column}: ${t('mapping.role')}`}
          value={role}
          style={{ width: '100%', minWidth: 140 }}
          options={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
          onChange={(value) => onChange(shown.column, { role: value })}
        />
      </td>
      <td>
        {named.has(role) ? (
          <Input
            aria-label={`${shown.column}: ${t('mapping.name')}`}
            value={mapped?.name ?? ''}
            placeholder={shown.column}
            maxLength={200}
            onChange={(event) => onChange(shown.column, { name: event.target.value })}
          />
        ) : null}
      </td>
      <td>
        {isTyped ? (
          <Select<CellType>
            aria-label={`${shown.column}: ${t('mapping.as')}`}
            value={mapped?.as ?? 'auto'}
            style={{ width: '100%', minWidth: 100 }}
            options={cellTypes.map((value) => ({ value, label: t(`types.${value}`) }))}
            onChange={(as) => onChange(shown.column, { as })}
          />
        ) : null}
      </td>
    </tr>
  );
}
