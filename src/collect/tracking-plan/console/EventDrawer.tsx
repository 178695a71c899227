import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { eventStatuses, type getPlanEvent, type PlannedEvent, planLimits, type RuleKind, ruleKinds, savePlanEvent } from '../contract.ts';
import styles from './Plan.module.css';
import { chosenRules, RuleFields } from './RuleFields.tsx';

interface EventDrawerProps {
  isOpen: boolean;
  onClose(): void;
  /** Absent: a new event. */
  of?: ReplyOf<typeof getPlanEvent>;
}

type Values = Omit<PlannedEvent, 'properties' | 'rules'> & {
  event: string;
  rules?: Partial<Record<RuleKind, 'ignore' | 'warn' | 'quarantine' | 'refuse' | ''>>;
};

const eventRules = ruleKinds.filter((kind) => kind !== 'unplanned_trait');

/** What the plan says of one event beside its properties. */
export function EventDrawer({ isOpen, onClose, of }: EventDrawerProps) {
  const { t } = useTranslation('tracking-plan');
  const go = useGo();
  const projectId = useProjectId();
  const save = useAct(savePlanEvent, { refreshes: ['tracking-plan.'] });
  const { definition, rules } = of ?? { definition: {} as PlannedEvent, rules: undefined };
  const inherit = Object.fromEntries(eventRules.map((kind) => [kind, definition.rules?.[kind] ?? '']));
  const submit = async ({ event, rules: chosen, ...rest }: Values) => {
    const { properties } = of?.isInPlan ? definition : (of?.suggestion ?? {});
    const own = of ? chosenRules(chosen) : {};
    await save.mutateAsync({
      params: { projectId },
      body: { event, definition: { ...rest, rules: own, ...(properties && { properties }) }, ...(of && { ifVersion: of.version }) },
    });
    if (!of) go(`tracking-plan/event?event=${encodeURIComponent(event)}`);
  };
  return (
    <FormDrawer<Values>
      isOpen={isOpen}
      onClose={onClose}
      title={of ? t('event.edit') : t('create')}
      submitText={t('save')}
      initialValues={{ status: 'expected', ...definition, event: of?.event ?? '', rules: inherit }}
      onSubmit={submit}
    >
      <Form.Item
        name="event"
        label={t('event.name')}
        extra={of ? undefined : t('event.nameHelp')}
        rules={[{ required: true, max: planLimits.nameLengthMax, message: t('event.nameHelp') }]}
      >
        <Input disabled={of !== undefined} />
      </Form.Item>
      <AboutFields />
      {rules ? (
        <>
          <h3>{t('event.rules')}</h3>
          <RuleFields prefix={['rules']} kinds={eventRules} inherited={rules} />
        </>
      ) : null}
    </FormDrawer>
  );
}

function AboutFields() {
  const { t } = useTranslation('tracking-plan');
  return (
    <>
      <div className={styles['pair']}>
        <Form.Item name={['displayName', 'zh-CN']} label={t('fields.nameZh')}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name={['displayName', 'en']} label={t('fields.nameEn')}>
          <Input maxLength={120} />
        </Form.Item>
      </div>
      <Form.Item name="status" label={t('columns.status')} extra={t('event.statusHelp')}>
        <Select options={eventStatuses.map((value) => ({ value, label: t(`statuses.${value}`) }))} />
      </Form.Item>
      <Form.Item name="description" label={t('columns.description')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4_000} />
      </Form.Item>
      <div className={styles['pair']}>
        <Form.Item name="owner" label={t('columns.owner')}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name="tags" label={t('columns.tags')}>
          <Select mode="tags" open={false} suffixIcon={null} />
        </Form.Item>
      </div>
    </>
  );
}
