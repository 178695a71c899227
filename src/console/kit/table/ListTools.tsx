import { CloseOutlined, ColumnHeightOutlined, DownloadOutlined, FilterOutlined, SearchOutlined, SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Dropdown, Input, type InputRef, Popover, Tooltip } from 'antd';
import { type ReactNode, type Ref, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { densityChoice } from '../../preferences.ts';
import { useUrlState } from '../use-url-state.ts';
import type { Column, Filter } from './columns.ts';
import styles from './QueryTable.module.css';

const TYPING_PAUSE_MS = 250;

/** The search box; writes to the URL when the reader pauses. */
export function SearchBox({
  placeholder,
  value,
  onSearch,
  box,
}: {
  placeholder: string;
  value: string;
  onSearch: (text: string) => void;
  box: Ref<InputRef>;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onSearch(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);
  return (
    <Input
      ref={box}
      className={styles['search'] ?? ''}
      prefix={<SearchOutlined className="quiet" />}
      suffix={text ? null : <kbd className={styles['key']}>/</kbd>}
      allowClear
      placeholder={placeholder}
      aria-label={placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onPressEnter={() => onSearch(text)}
    />
  );
}

/** One filter: a quiet button that becomes a chip when something is chosen. */
export function FilterChip<Row>({ filter }: { filter: Filter<Row> }) {
  const { t } = useTranslation('console');
  const [value, setValue] = useUrlState(`f.${filter.key}`, '');
  const chosen = filter.options.find((option) => option.value === value);
  const items = filter.options.map((option) => ({ key: option.value, label: option.label }));
  return (
    <span className={chosen ? styles['chip'] : undefined}>
      <Dropdown trigger={['click']} menu={{ items, selectable: true, selectedKeys: [value], onClick: ({ key }) => setValue(key) }}>
        <Button size="small" type={chosen ? 'text' : 'default'} icon={chosen ? undefined : <FilterOutlined />}>
          {chosen ? `${filter.label}: ${chosen.label}` : filter.label}
        </Button>
      </Dropdown>
      {chosen ? (
        <Button
          size="small"
          type="text"
          aria-label={t('list.removeFilter', { name: filter.label })}
          icon={<CloseOutlined />}
          onClick={() => setValue('')}
        />
      ) : null}
    </span>
  );
}

interface ListMenuProps<Row> {
  columns: readonly Column<Row>[];
  shown: ReadonlySet<string>;
  onShow: (key: string, isShown: boolean) => void;
  onExport?: (() => void) | undefined;
}

/** Export, density, columns. */
export function ListMenu<Row>({ columns, shown, onShow, onExport }: ListMenuProps<Row>) {
  const { t } = useTranslation('console');
  const choice: ReactNode = (
    <div className={styles['choice']}>
      {columns.map((column, index) => (
        <Checkbox
          key={column.key}
          checked={shown.has(column.key)}
          disabled={index === 0}
          onChange={(event) => onShow(column.key, event.target.checked)}
        >
          {column.title}
        </Checkbox>
      ))}
    </div>
  );
  const turnDensity = () => densityChoice.set(densityChoice.get() === 'compact' ? 'comfortable' : 'compact');
  return (
    <span className={styles['menu']}>
      {onExport ? (
        <Tooltip title={t('list.export')}>
          <Button size="small" type="text" aria-label={t('list.export')} icon={<DownloadOutlined />} onClick={onExport} />
        </Tooltip>
      ) : null}
      <Tooltip title={t('list.density')}>
        <Button size="small" type="text" aria-label={t('list.density')} icon={<ColumnHeightOutlined />} onClick={turnDensity} />
      </Tooltip>
      <Popover trigger={['click']} placement="bottomRight" title={t('list.columns')} content={choice}>
        <Button size="small" type="text" aria-label={t('list.columns')} icon={<SettingOutlined />} />
      </Popover>
    </span>
  );
}
