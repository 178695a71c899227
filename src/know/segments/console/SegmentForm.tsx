import { Alert, Button, Form, Input } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AudienceBuilder } from '../../../console/audience/AudienceBuilder.tsx';
import { AudiencePreview } from '../../../console/audience/AudiencePreview.tsx';
import { revived } from '../../../console/audience/issues.ts';
import { useAudienceIssues } from '../../../console/audience/use-issues.ts';
import { useDraft } from '../../../console/kit/form/use-draft.ts';
import { useLeaveGuard } from '../../../console/kit/form/use-leave-guard.ts';
import { useSaveKey } from '../../../console/kit/form/use-save-key.ts';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import type { Condition } from '../../audiences/contract.ts';
import { ExampleList } from './ExampleList.tsx';
import { isUntouched } from './examples.ts';
import { type FormFaults, noFaults, sortFaults } from './form-faults.ts';
import styles from './Segments.module.css';

/** What is saved. */
export interface SegmentValues {
  name: string;
  description: string;
  condition: Condition;
}

interface Draft extends SegmentValues {
  /** The version that the draft began with. */
  version?: number | undefined;
}

interface SegmentFormProps {
  title: string;
  purpose: string;
  submitText: string;
  draftKey: string;
  initial: SegmentValues;
  /** True: the condition came with the address, so it goes before a draft. */
  isGiven?: boolean;
  version?: number;
  cancelPath: string;
  /** Saves and goes on; throws `ApiError`. */
  onSubmit(values: Draft): Promise<void>;
}

/** Name, description and conditions of a segment, with a live preview beside them. */
export function SegmentForm(props: SegmentFormProps) {
  const { t } = useTranslation(['segments', 'console', 'audiences']);
  const go = useGo();
  const form = useSegmentForm(props);
  const { values, set, faults } = form;
  return (
    <PageFrame
      title={props.title}
      purpose={props.purpose}
      action={
        <>
          <Button onClick={() => go(props.cancelPath)}>{t('console:cancel')}</Button>
          <Button type="primary" loading={form.isSaving} onClick={() => void form.save()}>
            {props.submitText}
          </Button>
        </>
      }
    >
      <Notices form={form} />
      <div className={styles['main']}>
        <Names form={form} />
        <Panel title={t('conditions')}>
          {isUntouched(values.condition) ? (
            <ExampleList onChoose={(condition, name) => set({ condition, ...(values.name === '' && { name }) })} />
          ) : null}
          <AudienceBuilder
            value={values.condition}
            onChange={(condition) => set({ condition })}
            isRevealed={form.isRevealed}
            faults={faults.condition}
          />
        </Panel>
      </div>
      <aside className={styles['side']}>
        <Panel title={t('audiences:preview.title')}>
          <AudiencePreview condition={values.condition} />
        </Panel>
      </aside>
    </PageFrame>
  );
}

type FormState = ReturnType<typeof useSegmentForm>;

function Notices({ form }: { form: FormState }) {
  const { t } = useTranslation('console');
  const { rest } = form.faults;
  return (
    <>
      {form.isRestored ? (
        <Alert
          type="info"
          title={t('draft.restored')}
          action={
            <Button size="small" type="text" onClick={form.forget}>
              {t('draft.drop')}
            </Button>
          }
        />
      ) : null}
      {rest.length > 0 ? <Alert type="error" showIcon role="alert" title={rest.join(' ')} /> : null}
    </>
  );
}

function Names({ form }: { form: FormState }) {
  const { t } = useTranslation('segments');
  const { values, set } = form;
  const fault = form.isRevealed && values.name.trim() === '' ? t('nameMissing') : form.faults.name;
  return (
    <Panel>
      <Form layout="vertical" component="div" className={styles['names'] ?? ''}>
        <Form.Item label={t('name')} htmlFor="segment-name" required validateStatus={fault ? 'error' : ''} help={fault}>
          <Input
            id="segment-name"
            ref={form.nameBox as never}
            maxLength={120}
            placeholder={t('namePlaceholder')}
            value={values.name}
            aria-invalid={fault !== undefined}
            onChange={(event) => set({ name: event.target.value })}
          />
        </Form.Item>
        <Form.Item label={t('description')} htmlFor="segment-description">
          <Input
            id="segment-description"
            maxLength={1000}
            placeholder={t('descriptionPlaceholder')}
            value={values.description}
            onChange={(event) => set({ description: event.target.value })}
          />
        </Form.Item>
      </Form>
    </Panel>
  );
}

/** Values, draft and saving of the form. */
function useSegmentForm(props: SegmentFormProps) {
  const { t } = useTranslation(['segments', 'console']);
  const draft = useDraft<Draft>(props.draftKey);
  const kept = props.isGiven ? undefined : draft.kept;
  const [values, setValues] = useState<Draft>(
    () => (kept && { ...kept, condition: revived(kept.condition) }) ?? { ...props.initial, version: props.version },
  );
  const [isRestored, setRestored] = useState(kept !== undefined);
  const [isDirty, setDirty] = useState(kept !== undefined);
  const [isSaving, setSaving] = useState(false);
  const [isRevealed, setRevealed] = useState(false);
  const [faults, setFaults] = useState<FormFaults>(noFaults);
  const nameBox = useRef<HTMLInputElement>(null);
  const issues = useAudienceIssues(values.condition);
  useLeaveGuard(isDirty && !isSaving);
  const set = (change: Partial<SegmentValues>) => {
    const next = { ...values, ...change };
    setValues(next);
    setDirty(true);
    setFaults(noFaults);
    draft.keep(next);
  };
  const forget = () => {
    draft.drop();
    setValues({ ...props.initial, version: props.version });
    setRestored(false);
    setDirty(false);
  };
  const save = async () => {
    if (isSaving) return;
    setRevealed(true);
    if (values.name.trim() === '') nameBox.current?.focus();
    if (values.name.trim() === '' || issues.length > 0) return;
    setSaving(true);
    setFaults(noFaults);
    try {
      await props.onSubmit(values);
      draft.drop();
    } catch (error) {
      setFaults(sortFaults(error, t('console:errors.broken')));
      setSaving(false);
    }
  };
  useSaveKey(() => void save());
  return { values, set, faults, isRestored, isRevealed, isSaving, nameBox, forget, save };
}
