import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../console/kit/CopyText.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { usePathParam, useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { getPerson, getPersonGraph, type PersonGraph } from '../contract.ts';
import styles from './Identity.module.css';
import { JoinPeople } from './JoinPeople.tsx';
import { type PartingAsked, PartingDialog } from './PartingDialog.tsx';
import { TraitsThen } from './TraitsThen.tsx';
import { useKindName } from './use-kind-name.ts';

/** How the ids of one person hang together: since when and why, and how to take them apart. */
export function IdentityPage() {
  const { t } = useTranslation('people');
  const projectId = useProjectId();
  const personId = Number(usePathParam('personId'));
  const can = usePermissions();
  const person = useRead(getPerson, { params: { projectId, personId } });
  const graph = useRead(getPersonGraph, { params: { projectId, personId } });
  const [asked, setAsked] = useState<PartingAsked>();
  const error = person.error ?? graph.error;
  if (!person.data || !graph.data)
    return (
      <PageFrame title={t('identity.title')}>
        {error ? <ErrorPanel error={error} onRetry={() => void graph.refetch()} /> : <DetailSkeleton />}
      </PageFrame>
    );
  const standing = person.data.personId;
  const mayChange = can('people.manage_identity');
  return (
    <PageFrame
      title={t('identity.titleOf', { name: person.data.label })}
      purpose={t('identity.purpose')}
      action={<ProjectLink to={`people/${standing}`}>{t('identity.back')}</ProjectLink>}
    >
      <Ids key={graph.data.ids.length} ids={graph.data.ids} mayChange={mayChange} onSplit={(ids) => setAsked({ ids })} />
      <Merges merges={graph.data.merges} mayChange={mayChange} onUndo={(merge) => setAsked({ merge })} />
      {mayChange ? <JoinPeople personId={standing} /> : null}
      <History history={graph.data.history} />
      <TraitsThen personId={standing} />
      {asked ? <PartingDialog personId={standing} asked={asked} onClose={() => setAsked(undefined)} /> : null}
    </PageFrame>
  );
}

const keyOf = (id: { kind: string; value: string }): string => `${id.kind}\n${id.value}`;

function Ids({
  ids,
  mayChange,
  onSplit,
}: {
  ids: PersonGraph['ids'];
  mayChange: boolean;
  onSplit: (ids: { kind: string; value: string }[]) => void;
}) {
  const { t } = useTranslation('people');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const own = ids.filter((id) => !id.isShared);
  const maySplit = mayChange && own.length > 1;
  const toggle = (key: string): void => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  return (
    <Panel
      title={t('ids')}
      note={t(maySplit ? 'identity.idsNoteSplit' : 'idsNote')}
      isFlush
      extra={
        maySplit ? (
          <Button
            size="small"
            disabled={chosen.size === 0 || chosen.size >= own.length}
            onClick={() => onSplit(own.filter((id) => chosen.has(keyOf(id))).map(({ kind, value }) => ({ kind, value })))}
          >
            {t('identity.split')}
          </Button>
        ) : null
      }
    >
      <ul className={styles['rows']}>
        {ids.map((id) => (
          <IdRow
            key={`${keyOf(id)}${id.isShared}`}
            id={id}
            isChosen={chosen.has(keyOf(id))}
            {...(maySplit && { onToggle: () => toggle(keyOf(id)) })}
          />
        ))}
      </ul>
    </Panel>
  );
}

/** One id; it can be chosen when `onToggle` is given. */
function IdRow({ id, isChosen, onToggle }: { id: PersonGraph['ids'][number]; isChosen: boolean; onToggle?: () => void }) {
  const { t } = useTranslation('people');
  const kindName = useKindName();
  return (
    <li>
      {onToggle ? <Checkbox aria-label={`${kindName(id.kind)} ${id.value}`} disabled={id.isShared} checked={isChosen} onChange={onToggle} /> : null}
      <span className={styles['kind']}>
        {kindName(id.kind)}
        {id.isShared ? ` · ${t('identity.shared')}` : ''}
      </span>
      <span className={styles['value']}>
        <CopyText text={id.value} />
      </span>
      <span className={styles['when']}>
        <TimeText at={id.since} />
      </span>
    </li>
  );
}

function Merges({ merges, mayChange, onUndo }: { merges: PersonGraph['merges']; mayChange: boolean; onUndo: (loser: number) => void }) {
  const { t } = useTranslation('people');
  const kindName = useKindName();
  return (
    <Panel title={t('identity.merges')} note={t('identity.mergesNote')} isFlush>
      {merges.length === 0 ? <p className={styles['nothing']}>{t('identity.noMerges')}</p> : null}
      <ul className={styles['rows']}>
        {merges.map((merge) => (
          <li key={merge.loser}>
            <span className={styles['kind']}>{t('identity.number', { number: merge.loser })}</span>
            <span className={styles['value']}>
              {merge.ids.map((id) => `${kindName(id.kind)} ${id.value}`).join(t('parting.comma'))}
              <span className="quiet small"> {t(merge.memberId === undefined ? 'identity.byEvent' : 'identity.byMember')}</span>
            </span>
            <span className={styles['when']}>
              <TimeText at={merge.at} />
            </span>
            {mayChange ? (
              <Button size="small" onClick={() => onUndo(merge.loser)}>
                {t('identity.undo')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function History({ history }: { history: PersonGraph['history'] }) {
  const { t } = useTranslation('people');
  const kindName = useKindName();
  if (history.length === 0) return null;
  return (
    <Panel title={t('identity.history')} note={t('identity.historyNote')} isFlush>
      <ul className={styles['rows']}>
        {history.map((each) => (
          <li key={each.id}>
            <span className={styles['kind']}>{t(`identity.actions.${each.action}`)}</span>
            <span className={styles['value']}>
              {each.kind === undefined ? null : `${kindName(each.kind)} ${each.value ?? ''} `}
              {each.otherId === undefined ? null : t('identity.pair', { number: each.personId, other: each.otherId })}
              {each.messageId === undefined ? null : <code className="quiet small"> {each.messageId}</code>}
            </span>
            <span className={styles['when']}>
              <TimeText at={each.at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
