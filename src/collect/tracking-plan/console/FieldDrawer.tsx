import { Form, Input, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { markings, type PlannedProperty, planLimits, valueTypes } from '../contract.ts';
import styles from './Plan.module.css';
import { usePlanWords } from './use-plan-words.ts';

interface FieldDrawerProps {
  isOpen: boolean;
  onClose(): void;
  title: string;
  /** '' for a new one. */
  name: string;
  field: PlannedProperty;
  /** True: the field of an event, which may be required. */
  isProperty: boolean;
  onSave(name: string, field: PlannedProperty): Promise<unknown>;
}

type Values = Omit<PlannedProperty, 'enum'> & { name: string; enum?: string[] };

/** What the plan says of one property or trait. */
export function FieldDrawer({ isOpen, onClose, title, name, field, isProperty, onSave }: FieldDrawerProps) {
  const { t } = useTranslation('tracking-plan');
  const words = usePlanWords();
  const { enum: values, ...rest } = field;
  const submit = ({ name: given, ...form }: Values) => onSave(given, fieldOf(form));
  return (
    <FormDrawer<Values>
      isOpen={isOpen}
      onClose={onClose}
      title={title}
      submitText={t('save')}
      initialValues={{ ...rest, name, enum: values?.map(String) ?? [] }}
      onSubmit={submit}
    >
      <Form.Item
        name="name"
        label={t('fields.name')}
        extra={t('fields.nameHelp')}
        rules={[{ required: true, max: planLimits.nameLengthMax, message: t('fields.nameHelp') }]}
      >
        <Input disabled={name !== ''} />
      </Form.Item>
      <div className={styles['pair']}>
        <Form.Item name="type" label={t('fields.type')}>
          <Select allowClear placeholder={t('types.any')} options={valueTypes.map((value) => ({ value, label: words.type(value) }))} />
        </Form.Item>
        {isProperty ? (
          <Form.Item name="required" label={t('fields.required')} valuePropName="checked">
            <Switch />
          </Form.Item>
        ) : null}
      </div>
      <div className={styles['pair']}>
        <Form.Item name={['displayName', 'zh-CN']} label={t('fields.nameZh')}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name={['displayName', 'en']} label={t('fields.nameEn')}>
          <Input maxLength={120} />
        </Form.Item>
      </div>
      <Form.Item name="description" label={t('columns.description')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2_000} />
      </Form.Item>
      <Form.Item name="personal" label={t('fields.personal')} extra={t('fields.personalHelp')}>
        <Select allowClear placeholder={t('markings.none')} options={markings.map((value) => ({ value, label: t(`markings.${value}`) }))} />
      </Form.Item>
      <ValueRules />
    </FormDrawer>
  );
}

/** Rules that make sense for the chosen type. */
function ValueRules() {
  const { t } = useTranslation('tracking-plan');
  const type = Form.useWatch<string | undefined>('type');
  const isAny = type === undefined || type === null || type === 'list';
  const hasRange = isAny || type === 'number' || type === 'integer';
  const hasPattern = isAny || type === 'string';
  const hasEnum = type !== 'object';
  return (
    <>
      {hasEnum ? (
        <Form.Item name="enum" label={t('fields.enum')} extra={t('fields.enumHelp')}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，', '\n']} />
        </Form.Item>
      ) : null}
      {hasRange ? (
        <div className={styles['pair']}>
          <Form.Item name="min" label={t('fields.min')}>
            <InputNumber style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="max" label={t('fields.max')}>
            <InputNumber style={{ width: '100%' }} />
          </Form.Item>
        </div>
      ) : null}
      {hasPattern ? (
        <Form.Item name="pattern" label={t('fields.pattern')} extra={t('fields.patternHelp')}>
          <Input maxLength={planLimits.patternLengthMax} placeholder="^SKU-\d{6}$" />
        </Form.Item>
      ) : null}
    </>
  );
}

/** The field as the plan has it: what is empty is left out, listed values are of the field's type. */
function fieldOf({ enum: values, ...form }: Omit<Values, 'name'>): PlannedProperty {
  const filled = Object.entries(form).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const listed = (values ?? []).map((value) => valueOfText(value, form.type));
  return { ...(Object.fromEntries(filled) as PlannedProperty), ...(listed.length > 0 && { enum: listed }) };
}

function valueOfText(text: string, type: PlannedProperty['type']): string | number | boolean {
  const number = Number(text);
  if ((type === 'number' || type === 'integer') && text.trim() !== '' && Number.isFinite(number)) return number;
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
