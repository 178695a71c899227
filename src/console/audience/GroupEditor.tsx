import { Segmented } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '../../know/audiences/contract.ts';
import { AddMenu } from './AddMenu.tsx';
import styles from './AudienceBuilder.module.css';
import { useBuilder } from './builder-context.ts';
import { ConditionRow, NotTag } from './ConditionRow.tsx';
import { canNest } from './issues.ts';
import { RowActions } from './RowActions.tsx';
import { below, type Group, idOf, type Path, unwrap } from './tree.ts';

interface GroupEditorProps {
  condition: Condition;
  path: Path;
  /** 0 for the root. */
  depth: number;
  /** At the right of the head: the tools of the root. */
  tools?: ReactNode;
}

/** A group: how its conditions go together, the conditions, and the way to add one. */
export function GroupEditor({ condition, path, depth, tools }: GroupEditorProps) {
  const { t } = useTranslation('audiences');
  const { edit, negate, issues } = useBuilder();
  const { inner, suffix, isNegated } = unwrap(condition);
  if (inner.kind !== 'all' && inner.kind !== 'any') return null;
  const listPath = suffix === '' ? path : below(path, suffix);
  const isRoot = depth === 0;
  const fault = issues.find((issue) => issue.path === listPath);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a flex box in every browser
    <div role="group" aria-label={t('builder.group')} className={isRoot ? styles['root'] : styles['group']}>
      <div className={styles['head']}>
        {isNegated ? <NotTag label={t('builder.not')} onRemove={() => negate(path)} /> : null}
        <Segmented<Group['kind']>
          size="small"
          aria-label={t('builder.mode.label')}
          value={inner.kind}
          options={(['all', 'any'] as const).map((kind) => ({ value: kind, label: t(`builder.mode.${kind}`) }))}
          onChange={(kind) => edit(listPath, { ...inner, kind })}
        />
        <div className={styles['headEnd']}>{isRoot ? tools : <RowActions path={path} condition={condition} depth={depth} />}</div>
      </div>
      {fault ? (
        <p className={styles['fault']} role="alert">
          {t(`builder.issues.${fault.key}`, fault.values ?? {})}
        </p>
      ) : null}
      <Rows group={inner} path={listPath} depth={depth} />
      <AddMenu path={listPath} isWide={isRoot} hasGroup={canNest(depth)} />
    </div>
  );
}

function Rows({ group, path, depth }: { group: Group; path: Path; depth: number }) {
  const { t } = useTranslation('audiences');
  if (group.conditions.length === 0) return <p className={styles['empty']}>{t(group.kind === 'all' ? 'builder.everybody' : 'builder.nobody')}</p>;
  return (
    <ul className={styles['rows']}>
      {group.conditions.map((inner, index) => (
        <ConditionRow
          key={idOf(inner)}
          condition={inner}
          path={below(path, `conditions.${index}`)}
          connector={index === 0 ? undefined : t(`builder.connectors.${group.kind}`)}
          depth={depth + 1}
          renderGroup={(nested, at) => <GroupEditor condition={nested} path={at} depth={depth + 1} />}
        />
      ))}
    </ul>
  );
}
