import { Table, type TableProps } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { densityChoice } from '../../preferences.ts';
import { useStore } from '../../store.ts';
import { ProjectLink } from '../ProjectLink.tsx';
import type { Column } from './columns.ts';
import styles from './QueryTable.module.css';

/** Beyond it only the rows in sight are drawn. */
const DRAWN_ROWS_MAX = 200;
const COLUMN_WIDTH_PX = 160;

interface RowTableProps<Row> {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  href: ((row: Row) => string) | undefined;
  onOpen: ((row: Row) => void) | undefined;
  marked: number;
  sort: string;
  onSort: (sort: string) => void;
  chosen: readonly Row[];
  setChosen: (rows: readonly Row[]) => void;
  isChoosable: boolean;
}

/** The rows as a table; scrolls sideways only inside its own frame. */
export function RowTable<Row>(props: RowTableProps<Row>) {
  const { rows, columns, rowKey, marked, sort, onSort } = props;
  const { t } = useTranslation('console');
  const density = useStore(densityChoice);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (marked >= 0) frame.current?.querySelector(`.${styles['marked']}`)?.scrollIntoView({ block: 'nearest' });
  }, [marked]);
  const isLong = rows.length > DRAWN_ROWS_MAX;
  const widths = columns.reduce((sum, column) => sum + (column.widthPx ?? COLUMN_WIDTH_PX), 0);
  const change: TableProps<Row>['onChange'] = (_page, _filters, sorter) => {
    const one = Array.isArray(sorter) ? sorter[0] : sorter;
    onSort(one?.order ? `${one.order === 'descend' ? '-' : ''}${String(one.columnKey)}` : '');
  };
  return (
    <div ref={frame} className={styles['rows']}>
      <Table<Row>
        size={density === 'compact' ? 'small' : 'medium'}
        dataSource={[...rows]}
        rowKey={rowKey}
        columns={columns.map((column, index) => antdColumn(column, index === 0, props))}
        pagination={false}
        virtual={isLong}
        scroll={isLong ? { x: widths, y: Math.max(320, window.innerHeight - 300) } : { x: 'max-content' }}
        onChange={change}
        showSorterTooltip={false}
        rowClassName={(_row, index) => (index === marked ? (styles['marked'] ?? '') : '')}
        sortDirections={sort.startsWith('-') ? ['descend', 'ascend'] : ['ascend', 'descend']}
        locale={{ triggerAsc: t('list.sortUp'), triggerDesc: t('list.sortDown') }}
        {...(props.isChoosable
          ? {
              rowSelection: {
                selectedRowKeys: props.chosen.map(rowKey),
                onChange: (_keys: readonly unknown[], some: readonly Row[]) => props.setChosen(some),
                columnWidth: 40,
              },
            }
          : {})}
      />
    </div>
  );
}

function antdColumn<Row>(
  column: Column<Row>,
  isFirst: boolean,
  { href, onOpen, sort }: RowTableProps<Row>,
): NonNullable<TableProps<Row>['columns']>[number] {
  const render = (row: Row): ReactNode => {
    if (!isFirst) return column.render(row);
    if (href)
      return (
        <ProjectLink to={href(row)} className={styles['name'] ?? ''}>
          {column.render(row)}
        </ProjectLink>
      );
    if (!onOpen) return column.render(row);
    return (
      <button type="button" className={styles['open']} onClick={() => onOpen(row)}>
        {column.render(row)}
      </button>
    );
  };
  const order = sort === column.key ? ('ascend' as const) : sort === `-${column.key}` ? ('descend' as const) : null;
  return {
    key: column.key,
    title: column.isTitleHidden ? <span className="visually-hidden">{column.title}</span> : column.title,
    align: column.align ?? 'left',
    className: column.align === 'right' ? (styles['right'] ?? '') : '',
    render: (_value: unknown, row: Row) => render(row),
    ...(column.widthPx ? { width: column.widthPx } : {}),
    ...(column.value ? { sorter: true, sortOrder: order } : {}),
  };
}
