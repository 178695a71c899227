import { Checkbox, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { createDestination, exportContents, type NewDestination } from '../contract.ts';

interface Values {
  name: string;
  kind: 'webhook' | 's3';
  content: ('events' | 'people')[];
  events: string[];
  url: string;
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  accessKeyId: string;
  secretAccessKey: string;
  everyMinutes: 5 | 15 | 60 | 1_440;
  from: 'now' | 'day' | 'month' | 'all';
}

const DAY_MS = 86_400_000;
const backMs = { now: 0, day: DAY_MS, month: 30 * DAY_MS, all: 50 * 366 * DAY_MS };
const initial: Partial<Values> = {
  kind: 'webhook',
  content: ['events'],
  events: [],
  endpoint: '',
  region: 'us-east-1',
  prefix: 'perennial',
  everyMinutes: 60,
  from: 'now',
};

/** Adds a webhook or an object store. */
export function NewDestinationDrawer({ isOpen, onClose, onSecret }: { isOpen: boolean; onClose(): void; onSecret(secret: string): void }) {
  const { t } = useTranslation('exports');
  const projectId = useProjectId();
  const create = useAct(createDestination, {
    refreshes: ['exports.'],
    onDone: ({ signingSecret }) => {
      if (signingSecret !== null) onSecret(signingSecret);
    },
  });
  return (
    <FormDrawer<Values>
      isOpen={isOpen}
      onClose={onClose}
      title={t('addDestination')}
      submitText={t('addDestination')}
      initialValues={initial}
      onSubmit={(values) => create.mutateAsync({ params: { projectId }, body: bodyOf(values) })}
    >
      <Fields />
    </FormDrawer>
  );
}

function bodyOf({ from, kind, name, content, events, url, endpoint, ...store }: Values): NewDestination {
  const since = from === 'now' ? {} : { since: new Date(Date.now() - backMs[from]).toISOString() };
  const whole = { name, content, events, ...since };
  if (kind === 'webhook') return { kind, ...whole, url, headers: {} };
  return { kind, ...whole, ...store, endpoint: endpoint.trim() === '' ? null : endpoint.trim() };
}

function Fields() {
  const { t } = useTranslation('exports');
  const kind = Form.useWatch('kind', Form.useFormInstance<Values>()) ?? 'webhook';
  const required = [{ required: true }];
  return (
    <>
      <Form.Item name="name" label={t('name')} rules={required}>
        <Input maxLength={80} autoFocus />
      </Form.Item>
      <Form.Item name="kind" label={t('kind')} required>
        <Radio.Group options={(['webhook', 's3'] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))} />
      </Form.Item>
      {kind === 'webhook' ? (
        <Form.Item name="url" label={t('url')} extra={t('urlHelp')} rules={required}>
          <Input placeholder="https://example.com/perennial" />
        </Form.Item>
      ) : (
        <StoreFields />
      )}
      <Form.Item name="content" label={t('content')} rules={required}>
        <ContentChoice />
      </Form.Item>
      <Form.Item name="events" label={t('events')} extra={t('eventsHelp')}>
        <Select mode="tags" tokenSeparators={[',']} maxCount={200} />
      </Form.Item>
      <Form.Item name="from" label={t('since')} required>
        <Select options={(['now', 'day', 'month', 'all'] as const).map((value) => ({ value, label: t(`sinces.${value}`) }))} />
      </Form.Item>
    </>
  );
}

type Content = (typeof exportContents)[number];

/** What the form gives goes on by name: `aria-required` has no meaning on a group of boxes. */
function ContentChoice({ id, value, onChange }: { id?: string; value?: Content[]; onChange?: (value: Content[]) => void }) {
  const { t } = useTranslation('exports');
  const options = exportContents.map((content) => ({ value: content, label: t(`contents.${content}`) }));
  return <Checkbox.Group {...(id !== undefined && { id })} {...(value && { value })} {...(onChange && { onChange })} options={options} />;
}

function StoreFields() {
  const { t } = useTranslation('exports');
  const required = [{ required: true }];
  return (
    <>
      <Form.Item name="endpoint" label={t('endpoint')} extra={t('endpointHelp')}>
        <Input />
      </Form.Item>
      {(['region', 'bucket', 'prefix', 'accessKeyId'] as const).map((name) => (
        <Form.Item key={name} name={name} label={t(name)} rules={name === 'prefix' ? [] : required}>
          <Input autoComplete="off" />
        </Form.Item>
      ))}
      <Form.Item name="secretAccessKey" label={t('secretAccessKey')} rules={required}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="everyMinutes" label={t('everyMinutes')} required>
        <Select options={([5, 15, 60, 1_440] as const).map((value) => ({ value, label: t(`minutes.${value}`) }))} />
      </Form.Item>
    </>
  );
}
