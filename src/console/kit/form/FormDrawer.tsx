import { Alert, Button, Drawer, Form, type FormInstance } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api-error.ts';
import { useNarrow } from '../../theme/use-mode.ts';
import styles from './FormDrawer.module.css';
import { sortIssues } from './issues.ts';
import { useDraft } from './use-draft.ts';
import { useLeaveGuard } from './use-leave-guard.ts';
import { useSaveKey } from './use-save-key.ts';

export interface FormDrawerProps<Values extends object> {
  isOpen: boolean;
  onClose(): void;
  title: string;
  purpose?: ReactNode;
  /** A verb: "Create segment". */
  submitText: string;
  initialValues: Partial<Values>;
  /** Name of the draft, e.g. `projects.new`, `segments.12`; without it nothing is kept on reload. */
  draftKey?: string;
  /** Saves; throws `ApiError`, whose issues are then shown beside their fields. The drawer closes when it resolves. */
  onSubmit(values: Values): Promise<unknown>;
  /** `Form.Item`s; names as in the route's body. A function gets the form. */
  children: ReactNode | ((form: FormInstance<Values>) => ReactNode);
  widthPx?: number;
}

/** A form in a drawer at the right that keeps the list visible; a page of its own on a phone. Ctrl/⌘ S saves. */
export function FormDrawer<Values extends object>(props: FormDrawerProps<Values>) {
  return props.isOpen ? <OpenDrawer {...props} /> : null;
}

/** What is written in the form, until it is saved, thrown away or left. */
function useDrawerForm<Values extends object>(props: FormDrawerProps<Values>) {
  const { t } = useTranslation('console');
  const [form] = Form.useForm<Values>();
  const draft = useDraft<Values>(props.draftKey);
  const [isRestored, setRestored] = useState(draft.kept !== undefined);
  const [isDirty, setDirty] = useState(draft.kept !== undefined);
  const [isSaving, setSaving] = useState(false);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const ask = useLeaveGuard(isDirty && !isSaving);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was kept is put back once, when the drawer opens
  useEffect(() => {
    if (draft.kept) form.setFieldsValue(draft.kept as Parameters<typeof form.setFieldsValue>[0]);
  }, []);
  const forget = () => {
    draft.drop();
    form.resetFields();
    setRestored(false);
    setDirty(false);
  };
  const close = async () => {
    if (isDirty && !(await ask())) return;
    props.onClose();
  };
  const change = (all: Values) => {
    setDirty(true);
    draft.keep(all);
  };
  const submit = async (values: Values) => {
    setSaving(true);
    setFaults([]);
    try {
      await props.onSubmit(values);
      draft.drop();
      setDirty(false);
      props.onClose();
    } catch (error) {
      setFaults(showFaults(form, error, t('errors.broken')));
    } finally {
      setSaving(false);
    }
  };
  useSaveKey(() => form.submit());
  return { form, isRestored, isSaving, faults, forget, close, change, submit };
}

function OpenDrawer<Values extends object>(props: FormDrawerProps<Values>) {
  const { t } = useTranslation('console');
  const isNarrow = useNarrow();
  const { form, isRestored, isSaving, faults, forget, close, change, submit } = useDrawerForm(props);
  const foot = (
    <div className={styles['foot']}>
      <Button onClick={() => void close()}>{t('cancel')}</Button>
      <Button type="primary" loading={isSaving} onClick={() => form.submit()}>
        {props.submitText}
      </Button>
    </div>
  );
  const drop = (
    <Button size="small" type="text" onClick={forget}>
      {t('draft.drop')}
    </Button>
  );
  return (
    <Drawer open size={isNarrow ? '100%' : (props.widthPx ?? 480)} title={props.title} onClose={() => void close()} footer={foot}>
      {props.purpose ? <p className={styles['purpose']}>{props.purpose}</p> : null}
      {isRestored ? <Alert className={styles['note'] ?? ''} type="info" title={t('draft.restored')} action={drop} /> : null}
      {faults.length > 0 ? <Alert className={styles['note'] ?? ''} type="error" showIcon title={faults.join(' ')} role="alert" /> : null}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={props.initialValues}
        scrollToFirstError={{ focus: true }}
        onValuesChange={(_changed, all) => change(all)}
        onFinish={(values) => void submit(values)}
      >
        {typeof props.children === 'function' ? props.children(form) : props.children}
      </Form>
    </Drawer>
  );
}

/** Puts each fault beside its field; gives back those that have none. */
export function showFaults<Values extends object>(form: FormInstance<Values>, error: unknown, otherwise: string): string[] {
  if (!(error instanceof ApiError)) return [error instanceof Error && error.message ? error.message : otherwise];
  const names = form.getFieldsError().map((field) => [...field.name] as (string | number)[]);
  const { faults, rest } = sortIssues(error, names);
  form.setFields(faults as unknown as Parameters<typeof form.setFields>[0]);
  return faults.length > 0 ? rest : [error.message, ...rest];
}
