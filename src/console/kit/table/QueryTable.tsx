import { Button, type InputRef } from 'antd';
import { type ReactNode, type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '../../theme/use-mode.ts';
import { EmptyState } from '../EmptyState.tsx';
import { ErrorPanel } from '../ErrorPanel.tsx';
import { ListSkeleton } from '../Skeletons.tsx';
import { useFormat } from '../use-format.ts';
import { useGo } from '../use-go.ts';
import { arrange, type Column, type Filter, type ListState } from './columns.ts';
import { csvText, saveFile } from './export-csv.ts';
import { ListCards } from './ListCards.tsx';
import { FilterChip, ListMenu, SearchBox } from './ListTools.tsx';
import styles from './QueryTable.module.css';
import { RowTable } from './RowTable.tsx';
import { useColumns } from './use-columns.ts';
import { useListState } from './use-list-state.ts';
import { useRowKeys } from './use-row-keys.ts';

export interface QueryTableProps<Row> {
  /** Name of the list, for what the reader chose: `segments`. */
  id: string;
  columns: readonly Column<Row>[];
  /** Undefined while the first answer is on its way. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  error?: unknown;
  onRetry?: () => void;
  /** True while the rows are the answer to an older question: they are dimmed. */
  isStale?: boolean;
  /** Present: there is a search box. */
  searchPlaceholder?: string;
  filters?: readonly Filter<Row>[];
  /** True: the server searches, sorts and filters (read `useListState()` for the query); else the rows are held whole and arranged here. */
  isRemote?: boolean;
  sortAtFirst?: string;
  /** Where a row leads, below the project; or what opens it. */
  href?: (row: Row) => string;
  onOpen?: (row: Row) => void;
  /** Shown when there is nothing at all (not when a search finds nothing). */
  empty: ReactNode;
  /** Cursor lists: reads the next page. */
  loadMore?: (() => void) | undefined;
  isLoadingMore?: boolean;
  /** File name without ending; present: the list can be exported as CSV. */
  exportName?: string;
  /** Present: rows can be chosen, and these buttons act on them. */
  bulk?: (rows: readonly Row[], clear: () => void) => ReactNode;
  /** Further controls beside the search. */
  tools?: ReactNode;
}

/** A list in the product's way: search, filters, order and columns, keyboard, cards on a phone. The URL holds what is asked. */
export function QueryTable<Row>(props: QueryTableProps<Row>) {
  const { rows, columns, filters = [], onOpen, href, rowKey } = props;
  const state = useListState(props.sortAtFirst);
  const { visible, shown, show } = useColumns(props.id, columns);
  const isNarrow = useNarrow();
  const searchBox = useRef<InputRef>(null);
  const { arranged, marked, chosen, setChosen } = useRows(props, state, searchBox);
  const isAsking = state.search !== '' || Object.keys(state.filters).length > 0;
  if (rows?.length === 0 && !isAsking && !props.error) return <div className={styles['frame']}>{props.empty}</div>;
  const exportRows = () => saveFile(`${props.exportName}.csv`, csvText(arranged, columns));
  const common = { rows: arranged, columns: visible, rowKey, href, onOpen };
  const choice = { chosen, setChosen, isChoosable: props.bulk !== undefined };
  return (
    <div className={styles['frame']}>
      <div className={styles['tools']}>
        {props.searchPlaceholder ? (
          <SearchBox box={searchBox} placeholder={props.searchPlaceholder} value={state.search} onSearch={state.setSearch} />
        ) : null}
        {filters.map((filter) => (
          <FilterChip key={filter.key} filter={filter} />
        ))}
        {props.tools}
        <Count shown={arranged.length} hasMore={props.loadMore !== undefined} isKnown={rows !== undefined} />
        <ListMenu columns={columns} shown={shown} onShow={show} onExport={props.exportName ? exportRows : undefined} />
      </div>
      {props.bulk && chosen.length > 0 ? <div className={styles['bulk']}>{props.bulk(chosen, () => setChosen([]))}</div> : null}
      <div className={props.isStale ? styles['stale'] : undefined}>
        <ListBody {...props} isFound={arranged.length > 0}>
          {isNarrow ? <ListCards {...common} /> : <RowTable {...common} {...choice} marked={marked} sort={state.sort} onSort={state.setSort} />}
        </ListBody>
      </div>
    </div>
  );
}

/** The rows as the reader wants them, which one is marked by keyboard and which are chosen. */
function useRows<Row>(props: QueryTableProps<Row>, state: ListState, searchBox: RefObject<InputRef | null>) {
  const { rows, columns, filters, isRemote = false, onOpen, href, rowKey } = props;
  const { search, sort, filters: chips } = state;
  const go = useGo();
  const [keys, setKeys] = useState<readonly string[]>([]);
  const arranged = useMemo(
    () => (isRemote ? [...(rows ?? [])] : arrange(rows ?? [], { search, sort, filters: chips }, columns, filters ?? [])),
    [rows, isRemote, search, sort, chips, columns, filters],
  );
  const open = useCallback(
    (index: number) => {
      const row = arranged[index];
      if (row === undefined) return;
      if (onOpen) onOpen(row);
      else if (href) go(href(row));
    },
    [arranged, onOpen, href, go],
  );
  const toggle = useCallback(
    (index: number) => {
      const row = arranged[index];
      if (row === undefined) return;
      const key = rowKey(row);
      setKeys((now) => (now.includes(key) ? now.filter((one) => one !== key) : [...now, key]));
    },
    [arranged, rowKey],
  );
  const marked = useRowKeys({ count: arranged.length, onOpen: open, onToggle: props.bulk ? toggle : undefined, searchBox });
  const chosen = useMemo(() => {
    const wanted = new Set(keys);
    return arranged.filter((row) => wanted.has(rowKey(row)));
  }, [arranged, keys, rowKey]);
  const setChosen = (some: readonly Row[]) => setKeys(some.map(rowKey));
  return { arranged, marked, chosen, setChosen };
}

function Count({ shown, hasMore, isKnown }: { shown: number; hasMore: boolean; isKnown: boolean }) {
  const { t } = useTranslation('console');
  const format = useFormat();
  return <span className={styles['count']}>{isKnown ? t(hasMore ? 'list.countMore' : 'list.count', { number: format.number(shown) }) : ''}</span>;
}

function ListBody<Row>({
  rows,
  error,
  onRetry,
  isFound,
  children,
  loadMore,
  isLoadingMore,
}: QueryTableProps<Row> & { isFound: boolean; children: ReactNode }) {
  const { t } = useTranslation('console');
  if (rows === undefined) return error ? <ErrorPanel error={error} onRetry={onRetry} /> : <ListSkeleton />;
  return (
    <>
      {error ? <ErrorPanel error={error} onRetry={onRetry} isSmall /> : null}
      {isFound ? children : <EmptyState drawing="lost" isSmall title={t('list.nothingFound')} sentence={t('list.nothingFoundWayOut')} />}
      {loadMore ? (
        <div className={styles['more']}>
          <Button type="text" loading={isLoadingMore ?? false} onClick={loadMore}>
            {t('list.more')}
          </Button>
        </div>
      ) : null}
    </>
  );
}
