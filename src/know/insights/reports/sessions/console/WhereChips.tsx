import { Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SessionsQuestion } from '../question.ts';
import styles from './SessionTables.module.css';
import { useAttributeNames } from './use-attribute-names.ts';

interface WhereChipsProps {
  where: SessionsQuestion['where'];
  onChange(where: SessionsQuestion['where']): void;
}

/** The filters in force; each can be taken away. */
export function WhereChips({ where, onChange }: WhereChipsProps) {
  const { t } = useTranslation('insights');
  const names = useAttributeNames();
  if (where.length === 0) return null;
  return (
    <div className={styles['chips']}>
      {where.map(({ attribute, value }) => (
        <Tag key={attribute} closable onClose={() => onChange(where.filter((one) => one.attribute !== attribute))}>
          {names.attribute(attribute)}: {names.value(attribute, value === null ? { kind: 'none' } : { kind: 'value', value })}
        </Tag>
      ))}
      <Button size="small" type="text" onClick={() => onChange([])}>
        {t('sessions.clearFilters')}
      </Button>
    </div>
  );
}

/** The filters with one more; another value of the same attribute takes its place, the same value is taken away. */
export function withFilter(where: SessionsQuestion['where'], attribute: string, value: string | null): SessionsQuestion['where'] {
  const others = where.filter((one) => one.attribute !== attribute);
  const isThere = where.some((one) => one.attribute === attribute && one.value === value);
  return isThere ? others : [...others, { attribute, value }].slice(-10);
}
