import { Alert, App, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { type ChannelRule, testEnrichment } from '../contract.ts';
import styles from './CollectionSettings.module.css';
import { useChannelName } from './use-channel-name.ts';

interface Clues {
  url: string;
  referrer: string;
}

/** "This page and this referrer are this channel", by the table as it stands on the screen. */
export function TryChannel({ rules, onMet }: { rules: readonly ChannelRule[]; onMet(index: number | undefined): void }) {
  const { t } = useTranslation('enrichment');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const nameOf = useChannelName();
  const test = useAct(testEnrichment);
  const run = async (clues: Clues) => {
    try {
      const found = await test.mutateAsync({ params: { projectId }, body: { ...clues, rules: [...rules] } });
      onMet(found.ruleIndex === null || found.ruleIndex < 0 ? undefined : found.ruleIndex);
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    }
  };
  const { data } = test;
  const rule =
    data?.ruleIndex === undefined || data.ruleIndex === null || data.ruleIndex < 0
      ? t('tryOut.byNone')
      : t('tryOut.byRule', { number: data.ruleIndex + 1 });
  return (
    <Panel title={t('tryOut.channelTitle')} note={t('tryOut.channelNote')}>
      <Form<Clues>
        layout="vertical"
        requiredMark={false}
        initialValues={{ url: 'https://shop.example.com/?utm_source=xiaohongshu&utm_medium=cpc', referrer: 'https://www.xiaohongshu.com/explore' }}
        onFinish={(clues) => void run(clues)}
      >
        <div className={styles['try']}>
          <Form.Item name="url" label={t('tryOut.url')}>
            <Input maxLength={2_000} />
          </Form.Item>
          <Form.Item name="referrer" label={t('tryOut.referrer')}>
            <Input maxLength={2_000} />
          </Form.Item>
        </div>
        <Button htmlType="submit" loading={test.isPending}>
          {t('tryOut.run')}
        </Button>
      </Form>
      {data ? (
        <Alert
          style={{ marginTop: 16 }}
          type={data.channel === null ? 'info' : 'success'}
          title={data.channel === null ? t('tryOut.noArrival') : `${nameOf(data.channel)} · ${rule}`}
          description={data.source === null ? undefined : t('tryOut.seenAs', { source: data.source, medium: data.medium ?? '' })}
        />
      ) : null}
    </Panel>
  );
}
