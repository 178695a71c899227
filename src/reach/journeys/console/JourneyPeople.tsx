import { CloseOutlined } from '@ant-design/icons';
import { Button, Drawer, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useReadPages } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { arms, type Journey, type JourneyDefinition, type JourneyRun, journeyPeople } from '../contract.ts';
import styles from './forms.module.css';
import { TRIGGER } from './layout.ts';
import { useStepText } from './use-step-text.ts';
import { WhyPanel } from './WhyPanel.tsx';

const REFRESH_MS = 5_000;

/** People of the journey, of a step, or of an outcome at a step; one of them opens the answer to "why". */
export function JourneyPeople({ journey, definition }: { journey: Journey; definition: JourneyDefinition | null }) {
  const { t } = useTranslation(['journeys', 'gate']);
  const text = useStepText();
  const isNarrow = useNarrow();
  const [why, setWhy] = useUrlState('why', '');
  const [node, setNode] = useUrlState('node', '');
  const [outcome, setOutcome] = useUrlState('outcome', '');
  const [arm, setArm] = useUrlState('arm', '');
  const people = usePeople(journey.id, { node, outcome, arm });
  const columns = usePeopleColumns(definition);
  const step = definition?.nodes.find((one) => one.id === node);
  const clear = () => {
    setNode('');
    setOutcome('');
  };
  return (
    <Panel
      title={step ? t('journeys:people.at', { step: text.name(step) }) : t('journeys:people.title')}
      note={
        outcome
          ? t(`gate:reasons.${outcome}`, {
              defaultValue: t(`gate:states.${outcome}`, { defaultValue: t(`journeys:outcomes.${outcome}`, { defaultValue: outcome }) }),
            })
          : undefined
      }
      extra={<Scope isNarrowed={step !== undefined || outcome !== ''} onClear={clear} arm={arm} onArm={setArm} />}
      isFlush
    >
      <QueryTable
        id="journey-people"
        isRemote
        columns={columns}
        rows={people.rows}
        rowKey={(row) => row.runId}
        error={people.error}
        onRetry={people.retry}
        isStale={people.isStale}
        onOpen={(row) => setWhy(String(row.personId), { push: true })}
        loadMore={people.loadMore}
        isLoadingMore={people.isLoadingMore}
        exportName={`journey-${journey.id}-people`}
        empty={<EmptyState drawing="people" isSmall title={t('journeys:people.none')} />}
      />
      <Drawer
        open={why !== ''}
        onClose={() => setWhy('')}
        size={isNarrow ? '100%' : 560}
        title={t('journeys:people.why')}
        mask={{ blur: false }}
        destroyOnHidden
      >
        {why ? <WhyPanel journeyId={journey.id} personId={Number(why)} definition={definition} /> : null}
      </Drawer>
    </Panel>
  );
}

function Scope({ isNarrowed, onClear, arm, onArm }: { isNarrowed: boolean; onClear(): void; arm: string; onArm(arm: string): void }) {
  const { t } = useTranslation(['journeys', 'operations']);
  return (
    <div className={styles['row']}>
      {isNarrowed ? (
        <Button size="small" icon={<CloseOutlined />} onClick={onClear}>
          {t('journeys:all')}
        </Button>
      ) : null}
      <Select
        size="small"
        aria-label={t('journeys:people.arm')}
        style={{ minWidth: 120 }}
        value={arm}
        onChange={(next: string) => onArm(next)}
        options={[{ value: '', label: t('journeys:all') }, ...arms.map((one) => ({ value: one, label: t(`operations:arms.${one}`) }))]}
      />
    </div>
  );
}

function usePeople(journeyId: number, asked: { node: string; outcome: string; arm: string }) {
  const projectId = useProjectId();
  const [version] = useUrlState('version', '');
  const arm = arms.find((one) => one === asked.arm);
  const query = {
    ...(/^\d+$/.test(version) ? { version } : {}),
    ...(asked.node && asked.node !== TRIGGER ? { node: asked.node } : {}),
    ...(asked.outcome ? { outcome: asked.outcome } : {}),
    ...(arm ? { arm } : {}),
  };
  return useReadPages(journeyPeople, { params: { projectId, journeyId }, query }, { refetchIntervalMs: REFRESH_MS });
}

function usePeopleColumns(definition: JourneyDefinition | null): readonly Column<JourneyRun>[] {
  const { t } = useTranslation(['journeys', 'operations']);
  const text = useStepText();
  return useMemo(() => {
    const nameOf = (id: string | null) => {
      const node = definition?.nodes.find((one) => one.id === id);
      return node ? text.name(node) : (id ?? '');
    };
    return [
      { key: 'name', title: t('journeys:people.name'), render: (row) => row.name ?? `#${row.personId}`, value: (row) => row.name ?? row.personId },
      { key: 'arm', title: t('journeys:people.arm'), render: (row) => t(`operations:arms.${row.arm}`), value: (row) => row.arm },
      {
        key: 'step',
        title: t('journeys:people.step'),
        render: (row) => (row.outcome === 'active' ? nameOf(row.node) : t(`journeys:outcomes.${row.outcome}`)),
        value: (row) => `${row.outcome} ${nameOf(row.node)}`,
      },
      {
        key: 'entered',
        title: t('journeys:people.entered'),
        render: (row) => <TimeText at={row.enteredAt} isRelative />,
        value: (row) => row.enteredAt,
      },
      {
        key: 'next',
        title: t('journeys:people.next'),
        render: (row) => (row.wakeAt ? <TimeText at={row.wakeAt} isRelative /> : ''),
        value: (row) => row.wakeAt,
      },
      {
        key: 'goal',
        title: t('journeys:people.goal'),
        render: (row) => (row.goalAt ? <TimeText at={row.goalAt} isRelative /> : <span className="quiet">{t('journeys:people.notReached')}</span>),
        value: (row) => row.goalAt,
      },
      {
        key: 'person',
        title: t('journeys:people.name'),
        isTitleHidden: true,
        render: (row) => <ProjectLink to={`people/${row.personId}`}>#{row.personId}</ProjectLink>,
      },
    ];
  }, [definition, text, t]);
}
