import { Button, Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { NumberButton } from '../../../console/NumberButton.tsx';
import type { PageRow, SessionsAnswer } from '../answer.ts';
import { figureOf, writeFigure } from './measures.ts';
import styles from './SessionTables.module.css';
import { useAttributeNames } from './use-attribute-names.ts';
import type { OpenSessions } from './use-open-sessions.ts';

interface TableProps {
  answer: SessionsAnswer;
  /** A row was clicked: only sessions with this value are wanted. */
  onFilter(attribute: string, value: string | null): void;
  onOpen: OpenSessions;
}

/** Several tables in one panel, one of them shown. `pages` stands for the table of pages. */
export function TablesPanel({ title, tables, span, ...props }: TableProps & { title: string; tables: readonly string[]; span?: number }) {
  const { t } = useTranslation('insights');
  const names = useAttributeNames();
  const [shown, setShown] = useState(tables[0] ?? '');
  const options = tables.map((value) => ({ value, label: value === 'pages' ? t('sessions.pages') : names.attribute(value) }));
  return (
    <Panel
      title={title}
      {...(span !== undefined && { span })}
      extra={tables.length > 1 ? <Segmented size="small" aria-label={title} value={shown} options={options} onChange={setShown} /> : null}
    >
      {shown === 'pages' ? <PagesTable {...props} /> : <AttributeTable attribute={shown} {...props} />}
    </Panel>
  );
}

/** Sessions by the values of one attribute. */
export function AttributeTable({ answer, attribute, onFilter, onOpen }: TableProps & { attribute: string }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const names = useAttributeNames();
  const rows = answer.tables.find((table) => table.attribute === attribute)?.rows ?? [];
  const most = Math.max(1, ...rows.map((row) => row.sessions));
  if (rows.length === 0) return <p className={styles['empty']}>{t('sessions.nothing')}</p>;
  return (
    <Frame
      heads={[
        names.attribute(attribute),
        t('sessions.figures.sessions'),
        t('people'),
        t('sessions.figures.bounceRate'),
        t('sessions.figures.duration'),
      ]}
    >
      {rows.map(({ group, ...measures }) => {
        const name = names.value(attribute, group);
        const value = group.kind === 'value' ? group.value : null;
        return (
          <tr key={`${group.kind} ${value}`}>
            <td>
              <Name name={name} part={measures.sessions / most} onPick={group.kind === 'other' ? undefined : () => onFilter(attribute, value)} />
            </td>
            <td>{format.number(measures.sessions)}</td>
            <td>
              <NumberButton value={measures.people} label={`${name}: ${measures.people}`} onOpen={() => onOpen({ attribute, group }, name)}>
                {format.number(measures.people)}
              </NumberButton>
            </td>
            <td>{writeFigure('bounceRate', figureOf('bounceRate', measures), format)}</td>
            <td>{writeFigure('duration', figureOf('duration', measures), format)}</td>
          </tr>
        );
      })}
    </Frame>
  );
}

/** Pages before the reader asks for all. */
const PAGES_AT_FIRST = 10;

/** Pages with entries, exits and the time spent on them. */
function PagesTable({ answer, onFilter, onOpen }: TableProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const all = answer.pages?.rows ?? [];
  const [isWhole, setWhole] = useState(false);
  const rows = isWhole ? all : all.slice(0, PAGES_AT_FIRST);
  const most = Math.max(1, ...rows.map((row) => row.views));
  const share = (row: PageRow) => (row.views === 0 ? '–' : format.percent(row.exits / row.views));
  if (rows.length === 0) return <p className={styles['empty']}>{t('sessions.nothing')}</p>;
  return (
    <>
      <Frame
        heads={[
          t('sessions.page'),
          t('sessions.figures.views'),
          t('people'),
          t('sessions.entries'),
          t('sessions.exits'),
          t('sessions.exitRate'),
          t('sessions.dwell'),
        ]}
      >
        {rows.map((row) => {
          const name = row.page ?? t('sessions.noPage');
          return (
            <tr key={String(row.page)}>
              <td>
                <Name name={name} part={row.views / most} onPick={() => onFilter('landing', row.page)} />
              </td>
              <td>{format.number(row.views)}</td>
              <td>
                <NumberButton
                  value={row.people}
                  label={`${name}: ${row.people}`}
                  onOpen={() => onOpen({ page: { page: row.page, as: 'viewed' } }, name)}
                >
                  {format.number(row.people)}
                </NumberButton>
              </td>
              <td>{format.number(row.entries)}</td>
              <td>{format.number(row.exits)}</td>
              <td>{share(row)}</td>
              <td>{row.dwellMs === null ? '–' : format.duration(Math.round(row.dwellMs / 1_000) * 1_000)}</td>
            </tr>
          );
        })}
      </Frame>
      {all.length > PAGES_AT_FIRST ? (
        <Button size="small" type="text" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('sessions.fewer') : t('sessions.allPages', { count: all.length })}
        </Button>
      ) : null}
    </>
  );
}

function Frame({ heads, children }: { heads: readonly string[]; children: ReactNode }) {
  return (
    <div className={styles['frame']}>
      <table className={styles['table']}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Name({ name, part, onPick }: { name: string; part: number; onPick: (() => void) | undefined }) {
  return (
    <button type="button" className={styles['name']} title={name} disabled={!onPick} onClick={onPick}>
      <span className={styles['bar']} style={{ width: `${Math.max(1, part * 100)}%` }} />
      {name}
    </button>
  );
}
