import { Alert, Button, Checkbox, Drawer, Input, Radio, Timeline } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, call } from '../../../console/api.ts';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { findPerson } from '../../../know/people/contract.ts';
import { type DryRunReply, dryRun, type JourneyDefinition } from '../contract.ts';
import styles from './forms.module.css';
import { Labelled } from './Labelled.tsx';
import { MailPreview } from './MailPreview.tsx';
import { useStepText } from './use-step-text.ts';

/** Walks the draft with one person: every step, the mail, and what would stop it. */
export function DryRunDrawer({ journeyId, definition }: { journeyId: number; definition: JourneyDefinition }) {
  const { t } = useTranslation('journeys');
  const isNarrow = useNarrow();
  const [isOpen, setOpen] = useUrlState('try', '');
  return (
    <Drawer
      open={isOpen !== ''}
      onClose={() => setOpen('')}
      size={isNarrow ? '100%' : 560}
      title={t('dryRun.title')}
      mask={{ blur: false }}
      destroyOnHidden
    >
      {isOpen ? <DryRun journeyId={journeyId} definition={definition} /> : null}
    </Drawer>
  );
}

function DryRun({ journeyId, definition }: { journeyId: number; definition: JourneyDefinition }) {
  const { t } = useTranslation('journeys');
  const projectId = useProjectId();
  const [who, setWho] = useUrlState('who', '');
  const [waits, setWaits] = useState<Ways>({});
  const [isTreated, setTreated] = useState(false);
  const [fault, setFault] = useState<string>();
  const act = useAct(dryRun);
  const run = async () => {
    setFault(undefined);
    try {
      const personId = await numberOf(projectId, who.trim());
      await act.mutateAsync({
        params: { projectId, journeyId },
        body: { personId, draft: definition, waits, ...(isTreated ? { arm: 'treatment' as const } : {}) },
      });
    } catch (error) {
      setFault(
        error instanceof ApiError && error.status === 404 ? t('dryRun.unknownPerson') : error instanceof Error ? error.message : String(error),
      );
    }
  };
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <p className="quiet">{t('dryRun.help')}</p>
      <Labelled label={t('dryRun.person')} fault={fault}>
        {(id) => (
          <div className={styles['row']}>
            <Input id={id} style={{ flex: 1 }} value={who} onChange={({ target }) => setWho(target.value)} />
            <Button type="primary" htmlType="submit" loading={act.isPending} disabled={who.trim() === ''}>
              {t('dryRun.run')}
            </Button>
          </div>
        )}
      </Labelled>
      <Waits definition={definition} waits={waits} onChange={setWaits} />
      <Checkbox checked={isTreated} onChange={({ target }) => setTreated(target.checked)}>
        {t('dryRun.asTreatment')}
      </Checkbox>
      {act.data ? <Walk reply={act.data} definition={definition} /> : null}
    </form>
  );
}

type Ways = Record<string, 'met' | 'timeout'>;

/** Which way each wait for an event goes. */
function Waits({ definition, waits, onChange }: { definition: JourneyDefinition; waits: Ways; onChange(waits: Ways): void }) {
  const { t } = useTranslation('journeys');
  const text = useStepText();
  const asking = definition.nodes.filter((node) => node.kind === 'wait_until');
  return asking.map((node) => (
    <Labelled key={node.id} label={`${t('dryRun.waits')}: ${text.summary(node)}`}>
      {() => (
        <Radio.Group
          value={waits[node.id] ?? 'timeout'}
          onChange={({ target }) => onChange({ ...waits, [node.id]: target.value as 'met' | 'timeout' })}
          options={[
            { value: 'met', label: t('dryRun.didIt') },
            { value: 'timeout', label: t('dryRun.timeRuns') },
          ]}
        />
      )}
    </Labelled>
  ));
}

function Walk({ reply, definition }: { reply: DryRunReply; definition: JourneyDefinition }) {
  const { t } = useTranslation(['journeys', 'gate', 'operations']);
  const text = useStepText();
  return (
    <>
      <Alert
        type={reply.arm === 'control' ? 'warning' : 'info'}
        showIcon
        title={t('journeys:dryRun.arm', { arm: t(`operations:arms.${reply.arm}`) })}
      />
      <Timeline
        items={reply.steps.map((step, index) => {
          const node = definition.nodes.find((one) => one.id === step.node);
          return {
            key: `${step.node}-${index}`,
            color: step.outcome === 'skipped' ? 'red' : 'green',
            content: (
              <div>
                <b>{node ? text.name(node) : step.node}</b> · {t(`journeys:outcomes.${step.outcome}`)}
                <div className="quiet small">
                  <TimeText at={step.at} />
                </div>
                {step.reason ? <p>{t(`gate:reasons.${step.reason}`)}</p> : null}
                {step.detail ? <p className={styles['fault']}>{step.detail}</p> : null}
                {step.email ? <MailPreview email={step.email} /> : null}
              </div>
            ),
          };
        })}
      />
    </>
  );
}

/** A person's number as typed, or the person behind an external id. */
async function numberOf(projectId: number, text: string): Promise<number> {
  try {
    return (await call(findPerson, { params: { projectId }, query: { id: text } })).personId;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && /^\d{1,10}$/.test(text)) return Number(text);
    throw error;
  }
}
