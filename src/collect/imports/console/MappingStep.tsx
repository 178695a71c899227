import { Alert, Button, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { delimiters, encodings, type FileShape, type ImportFile, type Mapping, reshapeFile } from '../contract.ts';
import { Field } from './Field.tsx';
import styles from './Imports.module.css';
import { MappingFields } from './MappingFields.tsx';
import { MappingTable, type ShownColumn } from './MappingTable.tsx';

interface MappingStepProps {
  file: ImportFile;
  columns: readonly ShownColumn[];
  guess: Mapping;
  saved: Mapping | null;
  mapping: Mapping;
  onChange(mapping: Mapping): void;
  onNext(): void;
}

/** What the columns mean. Files of products that we know need no answer. */
export function MappingStep({ file, columns, guess, saved, mapping, onChange, onNext }: MappingStepProps) {
  const { t } = useTranslation('imports');
  const preset = file.shape?.preset ?? null;
  const isSaved = saved !== null && JSON.stringify(saved) === JSON.stringify(mapping);
  return (
    <div className={styles['stack']}>
      {preset ? (
        <Alert
          type="info"
          showIcon
          title={t('preset.title', { product: t(`presets.${preset}`) })}
          description={t('preset.note')}
          action={
            <Switch
              checked={mapping.preset !== null}
              aria-label={t('preset.use')}
              onChange={(isUsed) => onChange({ ...guess, preset: isUsed ? preset : null })}
            />
          }
        />
      ) : null}
      {saved && !isSaved ? (
        <Alert
          type="info"
          title={t('saved.offer')}
          action={
            <Button size="small" onClick={() => onChange(saved)}>
              {t('saved.use')}
            </Button>
          }
        />
      ) : null}
      {file.shape?.format === 'csv' ? <ShapeFields file={file} shape={file.shape} /> : null}
      {mapping.preset === null ? (
        <>
          <MappingFields mapping={mapping} onChange={onChange} />
          <MappingTable columns={columns} mapping={mapping} onChange={onChange} />
        </>
      ) : null}
      <div className={styles['foot']}>
        <span />
        <Button type="primary" onClick={onNext}>
          {t('next.check')}
        </Button>
      </div>
    </div>
  );
}

const delimiterNames: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };

function ShapeFields({ file, shape }: { file: ImportFile; shape: FileShape }) {
  const { t } = useTranslation('imports');
  const projectId = useProjectId();
  const reshape = useAct(reshapeFile, { refreshes: ['imports.look', 'imports.get_file', 'imports.preview'] });
  const change = (body: { encoding?: FileShape['encoding']; delimiter?: FileShape['delimiter'] }) =>
    reshape.mutate({ params: { projectId, fileId: file.id }, body });
  return (
    <div className={styles['row']}>
      <Field label={t('shape.encoding')}>
        <Select
          value={shape.encoding}
          loading={reshape.isPending}
          options={encodings.map((value) => ({ value, label: value.toUpperCase() }))}
          onChange={(encoding) => change({ encoding })}
        />
      </Field>
      <Field label={t('shape.delimiter')}>
        <Select
          value={shape.delimiter}
          loading={reshape.isPending}
          options={delimiters.map((value) => ({ value, label: t(`shape.delimiters.${delimiterNames[value]}`) }))}
          onChange={(delimiter) => change({ delimiter })}
        />
      </Field>
    </div>
  );
}
