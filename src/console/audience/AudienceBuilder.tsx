import { CodeOutlined, RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '../../know/audiences/contract.ts';
import styles from './AudienceBuilder.module.css';
import { AudienceSentence } from './AudienceSentence.tsx';
import { BuilderContext, type Fault } from './builder-context.ts';
import { GroupEditor } from './GroupEditor.tsx';
import { JsonDrawer } from './JsonDrawer.tsx';
import { asRoot } from './tree.ts';
import { useBuilderActs } from './use-builder-acts.ts';
import { useAudienceIssues } from './use-issues.ts';
import { type TreeHistory, useTreeHistory } from './use-tree-history.ts';

/** What the builder is given. The project is that of the URL. */
export interface AudienceBuilderProps {
  /** The tree that is edited; `EVERYBODY` to begin. */
  value: Condition;
  /** Called with each change, also with trees that are not complete yet: ask `useAudienceIssues` before saving. */
  onChange(value: Condition): void;
  /** True: everything that is missing is said, e.g. after the reader tried to save. Else only where the reader has been. */
  isRevealed?: boolean;
  /** What the server found wrong, with places inside the tree: `conditions.0.window`. */
  faults?: readonly Fault[];
}

/**
 * Edits any audience condition: groups inside each other, `not`, every test, window and measure, with suggestions from the project.
 * Says the sentence below. Ctrl/⌘ Z takes back, with shift again; Alt with the arrows moves a condition.
 */
export function AudienceBuilder({ value, onChange, isRevealed = false, faults = [] }: AudienceBuilderProps) {
  const { t } = useTranslation('audiences');
  const history = useTreeHistory(value, onChange);
  const { builder, box, said, keepFocus } = useBuilderActs(history);
  const issues = useAudienceIssues(history.current);
  const [isJsonOpen, setJsonOpen] = useState(false);
  const press = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === 'z' && !event.shiftKey) history.undo();
    else if (key === 'y' || (key === 'z' && event.shiftKey)) history.redo();
    else return;
    event.preventDefault();
    event.stopPropagation();
    keepFocus();
  };
  const tools = <Tools history={history} onJson={() => setJsonOpen(true)} />;
  return (
    <BuilderContext.Provider value={{ ...builder, issues, faults, isRevealed }}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the fields inside come by here */}
      <div ref={box} tabIndex={-1} className={styles['builder']} onKeyDown={press}>
        <GroupEditor condition={history.current} path="" depth={0} tools={tools} />
        <AudienceSentence condition={history.current} />
        <p className="visually-hidden" role="status">
          {said === undefined ? '' : t(said)}
        </p>
      </div>
      <JsonDrawer
        isOpen={isJsonOpen}
        onClose={() => setJsonOpen(false)}
        condition={history.current}
        onApply={(condition) => history.change(asRoot(condition))}
      />
    </BuilderContext.Provider>
  );
}

function Tools({ history, onJson }: { history: TreeHistory; onJson(): void }) {
  const { t } = useTranslation('audiences');
  const tool = (key: string, icon: ReactNode, act: { run(): void; isPossible: boolean }) => (
    <Tooltip title={t(`builder.${key}`)}>
      <Button size="small" type="text" aria-label={t(`builder.${key}`)} icon={icon} disabled={!act.isPossible} onClick={act.run} />
    </Tooltip>
  );
  return (
    <>
      {tool('undo', <UndoOutlined />, { run: history.undo, isPossible: history.canUndo })}
      {tool('redo', <RedoOutlined />, { run: history.redo, isPossible: history.canRedo })}
      {tool('json.title', <CodeOutlined />, { run: onJson, isPossible: true })}
    </>
  );
}
