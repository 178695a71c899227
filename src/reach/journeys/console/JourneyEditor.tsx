import { Alert, Drawer } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useSaveKey } from '../../../console/kit/form/use-save-key.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import type { Fault, Journey } from '../contract.ts';
import { DryRunDrawer } from './DryRunDrawer.tsx';
import { type Exit, insertStep, type NodeKind } from './edit-graph.ts';
import { faultText } from './fault-text.ts';
import styles from './forms.module.css';
import { JourneyCanvas } from './JourneyCanvas.tsx';
import { TRIGGER } from './layout.ts';
import { SettingsForm, TriggerForm } from './SettingsForm.tsx';
import { StepForm } from './StepForm.tsx';
import { StepList } from './StepList.tsx';
import { type Draft, useDraftSaving } from './use-draft-saving.ts';
import { useStepText } from './use-step-text.ts';

/** What is open beside the drawing when it is not a step. */
const SETTINGS = '$settings';

/** The design of a journey: a drawing (a list on a phone), a drawer to edit, and a draft that saves itself. */
export function JourneyEditor({ journey }: { journey: Journey }) {
  const { t } = useTranslation('journeys');
  const can = usePermissions();
  const isNarrow = useNarrow();
  const draft = useDraftSaving(journey);
  const [open, setOpen] = useUrlState('step', '');
  const canWrite = can('journeys.write') && journey.state !== 'archived';
  useSaveKey(draft.saveNow, canWrite);
  const { definition, change } = draft;
  const openStep = useCallback((id: string) => setOpen(id), [setOpen]);
  const add = useCallback(
    (at: Exit, kind: NodeKind) => {
      const added = insertStep(definition, at, kind);
      change(() => added.definition);
      setOpen(added.id);
    },
    [definition, change, setOpen],
  );
  const drawing = { definition, faults: draft.faults, onOpen: openStep, onAdd: canWrite ? add : undefined };
  return (
    <>
      <Summary draft={draft} canWrite={canWrite} onOpen={openStep} />
      {journey.state === 'archived' ? (
        <Alert className={styles['whole'] ?? ''} type="info" showIcon title={t('readOnly')} />
      ) : (
        <Faults draft={draft} onOpen={openStep} />
      )}
      <div className={styles['whole']}>{isNarrow ? <StepList {...drawing} /> : <JourneyCanvas {...drawing} selected={open} />}</div>
      <EditDrawer draft={draft} open={open} canWrite={canWrite} onOpen={setOpen} />
      <DryRunDrawer journeyId={journey.id} definition={definition} />
    </>
  );
}

/** Goal, control group and re-entry in one line, and whether the draft is saved. */
function Summary({ draft, canWrite, onOpen }: { draft: Draft; canWrite: boolean; onOpen(id: string): void }) {
  const { t } = useTranslation('journeys');
  const { goal, controlPercent, reentry } = draft.definition;
  const isWrong = draft.faults.some((fault) => fault.reason === 'no_goal');
  return (
    <div className={styles['bar']}>
      <button type="button" className={styles['chip']} data-wrong={isWrong} onClick={() => onOpen(SETTINGS)}>
        <b>{t('goal.title')}</b>
        {goal?.event ? `${goal.event} · ${t('duration.days', { count: goal.windowDays })}` : t('goal.unset')}
      </button>
      <button type="button" className={styles['chip']} onClick={() => onOpen(SETTINGS)}>
        {t('control.percent', { percent: controlPercent })}
      </button>
      <button type="button" className={styles['chip']} onClick={() => onOpen(SETTINGS)}>
        <b>{t('reentry.title')}</b>
        {reentry.kind === 'after_days' ? t('duration.days', { count: reentry.days }) : t(`reentry.${reentry.kind}`)}
      </button>
      {canWrite ? (
        <span className={`${styles['status']} quiet small`} role="status">
          {t(draft.status)}
        </span>
      ) : null}
    </div>
  );
}

function Faults({ draft, onOpen }: { draft: Draft; onOpen(id: string): void }) {
  const { t } = useTranslation('journeys');
  const text = useStepText();
  if (draft.error) return <Alert className={styles['faults'] ?? ''} type="error" showIcon title={draft.error} role="alert" />;
  if (draft.faults.length === 0) return null;
  const nameOf = (fault: Fault) => {
    const node = draft.definition.nodes.find((one) => one.id === fault.node);
    return node ? text.name(node) : t(fault.reason === 'no_goal' ? 'goal.title' : 'trigger.title');
  };
  const place = (fault: Fault) => fault.node ?? (fault.reason === 'no_goal' ? SETTINGS : TRIGGER);
  return (
    <Alert
      className={styles['faults'] ?? ''}
      type="warning"
      title={t('faultsTitle', { count: draft.faults.length })}
      description={
        <ul>
          {draft.faults.map((fault) => (
            <li key={`${fault.reason}-${fault.node}-${fault.part}`}>
              <button type="button" onClick={() => onOpen(place(fault))}>
                {nameOf(fault)}
              </button>{' '}
              {faultText(fault, t)}
            </li>
          ))}
        </ul>
      }
    />
  );
}

function EditDrawer({ draft, open, canWrite, onOpen }: { draft: Draft; open: string; canWrite: boolean; onOpen(id: string): void }) {
  const { t } = useTranslation('journeys');
  const isNarrow = useNarrow();
  const text = useStepText();
  const node = draft.definition.nodes.find((one) => one.id === open);
  const isOpen = node !== undefined || open === TRIGGER || open === SETTINGS;
  const title = node ? text.name(node) : t(open === TRIGGER ? 'trigger.title' : 'settings');
  return (
    <Drawer open={isOpen} onClose={() => onOpen('')} size={isNarrow ? '100%' : 560} title={title} mask={{ blur: false }} destroyOnHidden>
      <fieldset disabled={!canWrite} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        {node ? <StepForm key={node.id} draft={draft} node={node} onClose={() => onOpen('')} /> : null}
        {open === TRIGGER ? <TriggerForm draft={draft} /> : null}
        {open === SETTINGS ? <SettingsForm draft={draft} /> : null}
      </fieldset>
    </Drawer>
  );
}
