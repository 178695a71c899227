import { AutoComplete } from 'antd';
import { useTranslation } from 'react-i18next';
import styles from './Sources.module.css';

/** A place in the example, and what stands there. */
export interface FoundPath {
  path: string;
  sample: string;
}

/** A path, chosen from the example or written. */
export function PathInput({
  label,
  value,
  paths,
  onChange,
}: {
  label: string;
  value: string;
  paths: readonly FoundPath[];
  onChange(value: string): void;
}) {
  const { t } = useTranslation('sources');
  return (
    <AutoComplete
      aria-label={label}
      value={value}
      placeholder={t('map.path')}
      onChange={(next: string | undefined) => onChange(next ?? '')}
      allowClear
      popupMatchSelectWidth={360}
      style={{ width: '100%' }}
      showSearch={{
        filterOption: (text, option) =>
          String(option?.value ?? '')
            .toLowerCase()
            .includes(text.toLowerCase()),
      }}
      options={paths.map(({ path, sample }) => ({
        value: path,
        label: (
          <span className={styles['option']}>
            <code>{path}</code>
            <span>{sample}</span>
          </span>
        ),
      }))}
    />
  );
}
