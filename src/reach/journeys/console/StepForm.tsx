import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AudienceBuilder } from '../../../console/audience/AudienceBuilder.tsx';
import { type Condition, conditionSchema, EVERYBODY } from '../../../know/audiences/contract.ts';
import { type Duration, durationUnits, exitsOf, type JourneyNode } from '../contract.ts';
import { EmailFields } from './EmailFields.tsx';
import { EventFields } from './EventFields.tsx';
import { connect, removeStep, replaceNode } from './edit-graph.ts';
import { faultText } from './fault-text.ts';
import styles from './forms.module.css';
import { Labelled } from './Labelled.tsx';
import type { Draft } from './use-draft-saving.ts';
import { useStepText } from './use-step-text.ts';

interface StepFormProps<Kind extends JourneyNode['kind'] = JourneyNode['kind']> {
  draft: Draft;
  node: Extract<JourneyNode, { kind: Kind }>;
}

/** Edits one step: what it does, and where its ways out lead. */
export function StepForm({ draft, node, onClose }: StepFormProps & { onClose(): void }) {
  const { t } = useTranslation('journeys');
  const faults = draft.faults.filter((fault) => fault.node === node.id && fault.reason !== 'broken_template');
  const remove = () => {
    draft.change((before) => removeStep(before, node.id));
    onClose();
  };
  return (
    <div className={styles['form']}>
      {faults.map((fault) => (
        <p key={`${fault.reason}-${fault.part}`} className={styles['fault']} role="alert">
          {faultText(fault, t)}
        </p>
      ))}
      <Fields draft={draft} node={node} />
      <Labelled label={t('stepName')}>
        {(id) => (
          <Input
            id={id}
            maxLength={80}
            value={node.name ?? ''}
            placeholder={t(`kinds.${node.kind}`)}
            onChange={({ target }) => draft.change((before) => replaceNode(before, node.id, (one) => ({ ...one, name: target.value })))}
          />
        )}
      </Labelled>
      <Exits draft={draft} node={node} />
      <div>
        <Button danger type="text" icon={<DeleteOutlined />} onClick={remove}>
          {t('remove')}
        </Button>
      </div>
    </div>
  );
}

function Fields({ draft, node }: StepFormProps) {
  const { t } = useTranslation('journeys');
  const set = (change: Partial<JourneyNode>) =>
    draft.change((before) => replaceNode(before, node.id, (one) => ({ ...one, ...change }) as JourneyNode));
  switch (node.kind) {
    case 'wait':
      return <DurationField label={t('wait.duration')} value={node.duration} onChange={(duration) => set({ duration })} />;
    case 'wait_until':
      return (
        <>
          <Labelled label={t('waitUntil.event')}>{(id) => <EventFields id={id} event={node.event} where={node.where} onChange={set} />}</Labelled>
          <DurationField label={t('waitUntil.atMost')} value={node.atMost} onChange={(atMost) => set({ atMost })} />
        </>
      );
    case 'branch':
      return <BranchFields node={node} onChange={(condition) => set({ condition })} />;
    case 'email':
      return <EmailFields draft={draft} node={node} onChange={set} />;
    case 'exit':
      return null;
  }
}

/** The condition of a branch. What is not complete yet stays here; the draft gets each complete one. */
function BranchFields({ node, onChange }: { node: Extract<JourneyNode, { kind: 'branch' }>; onChange(condition: Condition): void }) {
  const { t } = useTranslation('journeys');
  const [tree, setTree] = useState(node.condition ?? EVERYBODY);
  const change = (next: Condition) => {
    setTree(next);
    const complete = conditionSchema.safeParse(next);
    if (complete.success) onChange(complete.data);
  };
  return (
    <div className={styles['field']}>
      <span className={styles['legend']}>{t('branch.condition')}</span>
      <AudienceBuilder value={tree} onChange={change} />
      <p className="quiet small">{t('branch.help')}</p>
    </div>
  );
}

function DurationField({ label, value, onChange }: { label: string; value: Duration; onChange(value: Duration): void }) {
  const { t } = useTranslation('journeys');
  return (
    <Labelled label={label}>
      {(id) => (
        <div className={styles['row']}>
          <InputNumber
            id={id}
            min={1}
            max={10_000}
            precision={0}
            value={value.amount}
            onChange={(amount) => onChange({ ...value, amount: amount ?? 1 })}
          />
          <Select
            aria-label={label}
            value={value.unit}
            options={durationUnits.map((unit) => ({ value: unit, label: t(`units.${unit}`) }))}
            onChange={(unit) => onChange({ ...value, unit })}
          />
        </div>
      )}
    </Labelled>
  );
}

/** Where each way out leads; also joins ways and makes loops. */
function Exits({ draft, node }: StepFormProps) {
  const { t } = useTranslation('journeys');
  const text = useStepText();
  const exits = exitsOf(node);
  if (exits.length === 0) return null;
  const options = draft.definition.nodes.map((one) => ({
    value: one.id,
    label: [text.name(one), text.summary(one).slice(0, 60)].filter(Boolean).join(' · '),
  }));
  return (
    <div className={styles['exits']}>
      {exits.map(([name, target]) => (
        <Labelled key={name} label={t(`exits.${name}`)}>
          {(id) => (
            <Select
              id={id}
              showSearch={{ optionFilterProp: 'label' }}
              value={target}
              options={options}
              onChange={(next) => draft.change((before) => connect(before, { from: node.id, name }, next))}
            />
          )}
        </Labelled>
      ))}
    </div>
  );
}
