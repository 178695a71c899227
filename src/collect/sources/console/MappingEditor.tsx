import { App, Button, Input, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { type Delivery, type Mapping, mappingSchema, previewMapping, type Source, updateSource } from '../contract.ts';
import { MappingFields } from './MappingFields.tsx';
import { PreviewPanel } from './PreviewPanel.tsx';
import { useSettled } from './use-settled.ts';

const SETTLED_MS = 350;
const nothing: Mapping = mappingSchema.parse({});

interface Example {
  body: string;
  headers: Record<string, string>;
}

/** Mapping by example: the body at the right, where its parts go at the left, what it becomes beneath the body. */
export function MappingEditor({ source, deliveries }: { source: Source; deliveries: readonly Delivery[] }) {
  const { t } = useTranslation('sources');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const can = usePermissions();
  const [edited, setEdited] = useState<Mapping | null>(source.mapping);
  const [pasted, setPasted] = useState<Example>();
  const usable = deliveries.find((delivery) => !delivery.isCut && delivery.state !== 'unreadable');
  const example = pasted ?? (usable && { body: pretty(usable.body), headers: usable.headers }) ?? { body: '', headers: {} };
  const asked = useSettled({ mapping: edited && complete(edited), ...example }, SETTLED_MS);
  const at = { projectId, sourceId: source.id };
  const preview = useRead(previewMapping, { params: at, body: asked }, { enabled: asked.body.trim() !== '' });
  const save = useAct(updateSource, { refreshes: ['sources.'] });
  const mapping = edited ?? preview.data?.mapping ?? nothing;
  const store = async () => {
    try {
      await save.mutateAsync({ params: at, body: { mapping: complete(mapping) } });
      message.success(t('saved'));
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <Panel
        title={t('setup.map')}
        note={edited === null && example.body !== '' ? t('suggestNote') : undefined}
        span={7}
        extra={
          can('sources.write') ? (
            <Button disabled={example.body.trim() === ''} onClick={() => setEdited(null)}>
              {t('suggest')}
            </Button>
          ) : null
        }
      >
        <MappingFields mapping={mapping} paths={preview.data?.paths ?? []} onChange={setEdited} />
        {can('sources.write') ? (
          <Button type="primary" style={{ marginTop: 16 }} loading={save.isPending} onClick={() => void store()}>
            {t('save')}
          </Button>
        ) : null}
      </Panel>
      <ExamplePanel example={example} deliveries={deliveries} onChange={setPasted}>
        <PreviewPanel preview={asked.body.trim() === '' ? undefined : preview.data} error={preview.error} />
      </ExamplePanel>
    </>
  );
}

interface ExamplePanelProps {
  example: Example;
  deliveries: readonly Delivery[];
  onChange(example: Example): void;
  children: ReactNode;
}

/** The body that the mapping is made by. */
function ExamplePanel({ example, deliveries, onChange, children }: ExamplePanelProps) {
  const { t } = useTranslation('sources');
  return (
    <Panel
      title={t('example')}
      note={example.body === '' ? t('exampleEmpty') : t('exampleHelp')}
      span={5}
      extra={<ExampleChoice deliveries={deliveries} onChoose={onChange} />}
    >
      <Input.TextArea
        aria-label={t('example')}
        value={example.body}
        onChange={(event) => onChange({ body: event.target.value, headers: example.headers })}
        autoSize={{ minRows: 8, maxRows: 18 }}
        spellCheck={false}
        style={{ fontFamily: 'var(--mono, ui-monospace, monospace)', fontSize: 12 }}
      />
      {children}
    </Panel>
  );
}

/** What arrived lately, to choose the example from. */
function ExampleChoice({ deliveries, onChoose }: { deliveries: readonly Delivery[]; onChoose(example: Example): void }) {
  const { t } = useTranslation('sources');
  const format = useFormat();
  if (deliveries.length < 2) return null;
  return (
    <Select
      aria-label={t('useAsExample')}
      placeholder={t('useAsExample')}
      style={{ width: 180 }}
      options={deliveries.map((delivery) => ({ value: delivery.id, label: format.time(delivery.at, undefined, true) }))}
      onChange={(id: string) => {
        const chosen = deliveries.find((delivery) => delivery.id === id);
        if (chosen) onChoose({ body: pretty(chosen.body), headers: chosen.headers });
      }}
    />
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** Rows that are still being written are left out. */
function complete(mapping: Mapping): Mapping {
  return {
    ...mapping,
    only: mapping.only && mapping.only.path !== '' && mapping.only.values.length > 0 ? mapping.only : null,
    ids: mapping.ids.filter(({ kind, path }) => kind.trim() !== '' && path.trim() !== ''),
    properties: mapping.properties.filter(({ name, path }) => name.trim() !== '' && path.trim() !== ''),
    traits: mapping.traits.filter(({ name, path }) => name.trim() !== '' && path.trim() !== ''),
  };
}
