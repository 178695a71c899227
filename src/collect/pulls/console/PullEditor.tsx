import { Alert, Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { PageSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { MappingFields, MappingTable } from '../../imports/console/parts.tsx';
import { changePull, createPull, listPulls, type Pull, sampleQuestion, testConnection } from '../contract.ts';
import { ConnectionFields } from './ConnectionFields.tsx';
import { type Draft, draftOf, newDraft } from './draft.ts';
import { Field } from './Field.tsx';
import styles from './Pulls.module.css';
import { ScheduleFields } from './ScheduleFields.tsx';

/** Adds a pull, or changes the one that the URL names. */
export function PullEditor() {
  const projectId = useProjectId();
  const [pullId] = useUrlState('pull', '');
  const { data, error } = useRead(listPulls, { params: { projectId } }, { enabled: pullId !== '' });
  const pull = data?.items.find((item) => item.id === pullId);
  if (pullId !== '' && !pull) return error ? <ErrorPanel error={error} /> : <PageSkeleton />;
  return <Editor key={pullId} pull={pull} />;
}

function Editor({ pull }: { pull: Pull | undefined }) {
  const { t } = useTranslation('pulls');
  const go = useGo();
  const projectId = useProjectId();
  const [draft, setDraft] = useState<Draft>(pull ? draftOf(pull) : newDraft);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const done = { refreshes: ['pulls.'], onDone: ({ id }: Pull) => go(`pulls?pull=${id}`) };
  const create = useAct(createPull, done);
  const update = useAct(changePull, done);
  const { mapping, password, ...rest } = draft;
  const save = () => {
    if (!mapping) return;
    const body = { ...rest, mapping };
    if (pull) update.mutate({ params: { projectId, pullId: pull.id }, body: { ...body, ...(password !== '' && { password }) } });
    else create.mutate({ params: { projectId }, body: { ...body, password } });
  };
  const fault = create.error ?? update.error;
  const action = (
    <Button type="primary" disabled={!mapping || draft.name.trim() === ''} loading={create.isPending || update.isPending} onClick={save}>
      {pull ? t('edit') : t('add')}
    </Button>
  );
  return (
    <PageFrame title={pull ? pull.name : t('add')} purpose={t('purpose')} action={action}>
      {fault ? <ErrorPanel error={fault} isSmall /> : null}
      <ConnectionPanel draft={draft} pullId={pull?.id} onChange={change} />
      <QuestionPanel draft={draft} pullId={pull?.id} onChange={change} />
      <Panel title={t('steps.schedule')}>
        <div className={styles['fields']}>
          <Field label={t('name')}>
            <Input value={draft.name} maxLength={80} onChange={(event) => change({ name: event.target.value })} />
          </Field>
          <ScheduleFields schedule={draft.schedule} onChange={(schedule) => change({ schedule })} />
        </div>
      </Panel>
    </PageFrame>
  );
}

interface PartProps {
  draft: Draft;
  pullId: string | undefined;
  onChange(part: Partial<Draft>): void;
}

const reachOf = (draft: Draft, pullId: string | undefined) => ({
  connection: draft.connection,
  ...(draft.password !== '' && { password: draft.password }),
  ...(pullId !== undefined && { pullId }),
});

function ConnectionPanel({ draft, pullId, onChange }: PartProps) {
  const { t } = useTranslation('pulls');
  const projectId = useProjectId();
  const test = useAct(testConnection);
  const { host, database, user } = draft.connection;
  return (
    <Panel title={t('steps.connection')} note={t('userHelp')}>
      <div className={styles['stack']}>
        <ConnectionFields draft={draft} isKept={pullId !== undefined} onChange={onChange} />
        <div className={styles['row']}>
          <Button
            loading={test.isPending}
            disabled={[host, database, user].some((text) => text.trim() === '')}
            onClick={() => test.mutate({ params: { projectId }, body: reachOf(draft, pullId) })}
          >
            {t('test')}
          </Button>
        </div>
        {test.data ? (
          <Alert type="success" showIcon role="status" title={t('testOk', { version: test.data.version, count: test.data.tables.length })} />
        ) : null}
        {test.error ? <Alert type="error" showIcon role="alert" title={test.error.message} /> : null}
      </div>
    </Panel>
  );
}

function QuestionPanel({ draft, pullId, onChange }: PartProps) {
  const { t } = useTranslation('pulls');
  const projectId = useProjectId();
  const { question, mapping, cursor } = draft;
  const sample = useAct(sampleQuestion, {
    onDone: ({ guess, cursor: column }) =>
      onChange({
        mapping: pullId === undefined || !mapping ? guess : mapping,
        cursor: cursor ?? (column === null ? null : { column, overlap: 600 }),
      }),
  });
  const columns = sample.data?.columns ?? mapping?.columns.map(({ column }) => ({ column, samples: [], confidence: 1 })) ?? [];
  const isAsked = question.kind === 'table' ? question.table.trim() !== '' : question.sql.trim() !== '';
  return (
    <Panel title={t('steps.question')}>
      <div className={styles['stack']}>
        <QuestionFields draft={draft} onChange={onChange} />
        <div className={styles['row']}>
          <Button
            loading={sample.isPending}
            disabled={!isAsked}
            onClick={() => sample.mutate({ params: { projectId }, body: { ...reachOf(draft, pullId), question } })}
          >
            {t('sample')}
          </Button>
        </div>
        {sample.error ? <Alert type="error" showIcon role="alert" title={sample.error.message} /> : null}
        {mapping ? (
          <>
            <MappingFields mapping={mapping} onChange={(next) => onChange({ mapping: next })} />
            <MappingTable columns={columns} mapping={mapping} onChange={(next) => onChange({ mapping: next })} />
            <div className={styles['fields']}>
              <Field label={t('cursor')} help={t('cursorHelp')}>
                <Select
                  allowClear
                  placeholder={t('cursorNone')}
                  value={cursor?.column ?? null}
                  options={columns.map(({ column }) => ({ value: column, label: column }))}
                  onChange={(column: string | null | undefined) => onChange({ cursor: column ? { column, overlap: cursor?.overlap ?? 600 } : null })}
                />
              </Field>
              {cursor ? (
                <Field label={t('overlap')} help={t('overlapHelp')}>
                  <InputNumber
                    min={0}
                    max={31_536_000}
                    value={cursor.overlap}
                    style={{ width: '100%' }}
                    onChange={(overlap) => onChange({ cursor: { ...cursor, overlap: overlap ?? 0 } })}
                  />
                </Field>
              ) : null}
            </div>
          </>
        ) : null}
      </div>
    </Panel>
  );
}

function QuestionFields({ draft: { question }, onChange }: Pick<PartProps, 'draft' | 'onChange'>) {
  const { t } = useTranslation('pulls');
  return (
    <>
      <div className={styles['fields']}>
        <Field label={t('question')}>
          <Select
            value={question.kind}
            options={(['table', 'query'] as const).map((value) => ({ value, label: t(`questions.${value}`) }))}
            onChange={(kind) => onChange({ question: kind === 'table' ? { kind, schema: null, table: '' } : { kind, sql: '' } })}
          />
        </Field>
        {question.kind === 'table' ? (
          <Field label={t('table')}>
            <Input value={question.table} onChange={(event) => onChange({ question: { ...question, table: event.target.value } })} />
          </Field>
        ) : null}
      </div>
      {question.kind === 'query' ? (
        <Field label={t('sql')}>
          <Input.TextArea
            autoSize={{ minRows: 3, maxRows: 12 }}
            style={{ fontFamily: 'ui-monospace, monospace' }}
            value={question.sql}
            onChange={(event) => onChange({ question: { kind: 'query', sql: event.target.value } })}
          />
        </Field>
      ) : null}
    </>
  );
}
