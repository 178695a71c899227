import { Input, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../console/Field.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import { useEventOptions } from '../../sessions/console/EventsField.tsx';
import type { PathNode } from '../question.ts';

interface NodeFieldProps {
  label: string;
  node: PathNode | undefined;
  /** Whether the event is told apart by a property. */
  isLabelled(event: string): boolean;
  onChange(node: PathNode | undefined): void;
}

/** A step that paths begin or end with: an event, and what its property says. */
export function NodeField({ label, node, isLabelled, onChange }: NodeFieldProps) {
  const { t } = useTranslation('insights');
  const event = node?.event;
  const options = useEventOptions(useMemo(() => (event === undefined ? [] : [event]), [event]));
  return (
    <div className={styles['filters']}>
      <Field label={label}>
        {(id) => (
          <Select
            id={id}
            allowClear
            showSearch={{ optionFilterProp: 'search' }}
            value={event ?? null}
            placeholder={t('paths.anywhere')}
            options={options}
            onChange={(chosen: string | null) => onChange(chosen ? { event: chosen } : undefined)}
          />
        )}
      </Field>
      {node && isLabelled(node.event) ? (
        <Input
          key={`${node.event} ${node.value}`}
          aria-label={t('paths.nodeValue')}
          placeholder={t('paths.anyValue')}
          defaultValue={node.value ?? ''}
          allowClear
          onBlur={({ target }) =>
            target.value !== (node.value ?? '') && onChange(target.value === '' ? { event: node.event } : { ...node, value: target.value })
          }
          onPressEnter={({ currentTarget }) => currentTarget.blur()}
        />
      ) : null}
    </div>
  );
}
