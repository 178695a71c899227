import { DeleteOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { type ChannelRule, siteLists, touchFields, touchOperators, usualChannels } from '../contract.ts';
import styles from './CollectionSettings.module.css';

interface ChannelRuleDrawerProps {
  /** Absent: a new one. */
  rule: ChannelRule | undefined;
  number: number | undefined;
  onKeep(rule: ChannelRule): void;
  onClose(): void;
}

const fresh: ChannelRule = { channel: '', any: [{ all: [{ field: 'source', operator: 'is', values: [] }] }] };

/** One rule of the table; taken over into the table, which is saved as a whole. */
export function ChannelRuleDrawer({ rule, number, onKeep, onClose }: ChannelRuleDrawerProps) {
  const { t } = useTranslation('enrichment');
  return (
    <FormDrawer<ChannelRule>
      isOpen
      onClose={onClose}
      title={number === undefined ? t('channels.newRule') : t('channels.editRule', { number })}
      submitText={t('channels.keepRule')}
      initialValues={rule ?? fresh}
      onSubmit={async (values) => onKeep({ channel: values.channel.trim(), any: values.any.map(({ all }) => ({ all: all.map(plainCondition) })) })}
    >
      <Form.Item
        name="channel"
        label={t('channels.channel')}
        extra={t('channels.channelHelp')}
        rules={[{ required: true, whitespace: true, max: 60, message: t('channels.channelHelp') }]}
      >
        <AutoComplete
          options={usualChannels.map((value) => ({ value, label: `${t(`channels.names.${value}`)} (${value})` }))}
          showSearch={{ filterOption: (text, option) => `${option?.label}`.toLowerCase().includes(text.toLowerCase()) }}
        />
      </Form.Item>
      <Form.List name="any">
        {(groups, { add, remove }) => (
          <>
            {groups.map((group, index) => (
              <Group key={group.key} name={group.name} isFirst={index === 0} onRemove={groups.length > 1 ? () => remove(group.name) : undefined} />
            ))}
            <Button onClick={() => add({ all: [{ field: 'source', operator: 'is', values: [] }] })} disabled={groups.length >= 10}>
              {t('channels.addGroup')}
            </Button>
          </>
        )}
      </Form.List>
    </FormDrawer>
  );
}

type Condition = ChannelRule['any'][number]['all'][number];

function plainCondition({ field, operator, values }: Condition): Condition {
  return { field, operator, values: operator === 'is_set' || operator === 'is_not_set' ? [] : (values ?? []) };
}

function Group({ name, isFirst, onRemove }: { name: number; isFirst: boolean; onRemove: (() => void) | undefined }) {
  const { t } = useTranslation('enrichment');
  return (
    <fieldset className={styles['group']}>
      <h3>{isFirst ? t('channels.group') : t('channels.orGroup')}</h3>
      <Form.List name={[name, 'all']}>
        {(conditions, { add, remove }) => (
          <>
            {conditions.map((condition) => (
              <ConditionFields
                key={condition.key}
                group={name}
                name={condition.name}
                onRemove={conditions.length > 1 ? () => remove(condition.name) : onRemove}
              />
            ))}
            <Button type="link" size="small" onClick={() => add({ field: 'medium', operator: 'is', values: [] })} disabled={conditions.length >= 10}>
              {t('channels.addCondition')}
            </Button>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}

function ConditionFields({ group, name, onRemove }: { group: number; name: number; onRemove: (() => void) | undefined }) {
  const { t } = useTranslation('enrichment');
  const operator = Form.useWatch(['any', group, 'all', name, 'operator']) as Condition['operator'] | undefined;
  const hasValues = operator !== 'is_set' && operator !== 'is_not_set';
  const values =
    operator === 'in_list' ? (
      <Select
        mode="multiple"
        aria-label={t('channels.values')}
        options={siteLists.map((value) => ({ value, label: t(`channels.lists.${value}`) }))}
      />
    ) : (
      <Select mode="tags" aria-label={t('channels.values')} open={false} suffixIcon={null} placeholder={t('channels.valuesHelp')} />
    );
  return (
    <div className={styles['condition']}>
      <Form.Item name={[name, 'field']} noStyle>
        <Select aria-label={t('channels.when')} options={touchFields.map((value) => ({ value, label: t(`channels.fields.${value}`) }))} />
      </Form.Item>
      <Form.Item name={[name, 'operator']} noStyle>
        <Select aria-label={t('channels.acts')} options={touchOperators.map((value) => ({ value, label: t(`channels.operators.${value}`) }))} />
      </Form.Item>
      <Button type="text" icon={<DeleteOutlined />} aria-label={t('channels.removeCondition')} disabled={!onRemove} onClick={onRemove} />
      {hasValues ? (
        <div className={styles['values']}>
          <Form.Item
            name={[name, 'values']}
            rules={[{ required: true, type: 'array', min: 1, message: t('channels.valuesHelp') }]}
            style={{ marginBottom: 0 }}
          >
            {values}
          </Form.Item>
        </div>
      ) : null}
    </div>
  );
}
