import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Consequence, consequences, type RuleKind, ruleKinds } from '../contract.ts';
import { usePlanWords } from './use-plan-words.ts';

interface RuleFieldsProps {
  /** Name of the form's part: `['rules']`, or [] when the rules are the whole form. */
  prefix: readonly string[];
  kinds?: readonly RuleKind[];
  /** Present: rules may be left to the project, whose choice is shown. */
  inherited?: Partial<Record<RuleKind, Consequence>>;
}

/** What a breach of each rule leads to. */
export function RuleFields({ prefix, kinds = ruleKinds, inherited }: RuleFieldsProps) {
  const { t } = useTranslation('tracking-plan');
  const words = usePlanWords();
  const options = consequences.map((value) => ({ value, label: t(`consequences.${value}`) }));
  return kinds.map((kind) => {
    const asProject = { value: '', label: t('rules.asProject', { consequence: t(`consequences.${inherited?.[kind] ?? 'warn'}`) }) };
    return (
      <Form.Item key={kind} name={[...prefix, kind]} label={words.kind(kind)} extra={inherited ? undefined : t(`rules.help.${kind}`)}>
        <Select options={inherited ? [asProject, ...options] : options} />
      </Form.Item>
    );
  });
}

/** Rules of a form without those that are left to the project. */
export function chosenRules(rules: Partial<Record<RuleKind, Consequence | ''>> | undefined): Partial<Record<RuleKind, Consequence>> {
  return Object.fromEntries(Object.entries(rules ?? {}).filter(([, consequence]) => consequence)) as Partial<Record<RuleKind, Consequence>>;
}
