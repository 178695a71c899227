import { App, Button, Form, Input } from 'antd';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { placeName, testEnrichment } from '../contract.ts';
import styles from './CollectionSettings.module.css';
import { useChannelName } from './use-channel-name.ts';

interface Clues {
  url: string;
  referrer: string;
  ip: string;
  userAgent: string;
}

/** What an event with this address, page and user agent would gain. */
export function TryOutSection() {
  const { t, i18n } = useTranslation('enrichment');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const nameOf = useChannelName();
  const test = useAct(testEnrichment);
  const run = (clues: Clues) =>
    test
      .mutateAsync({ params: { projectId }, body: clues })
      .catch((error: unknown) => void message.error(error instanceof Error ? error.message : String(error)));
  const locale = i18n.language.startsWith('zh') ? 'zh-CN' : 'en';
  const shown = (name: string, value: unknown): string => {
    const text = String(value);
    if (name === '$channel') return nameOf(text) === text ? text : `${text} (${nameOf(text)})`;
    return name === '$country' || name === '$province' ? `${text} (${placeName(text, locale)})` : text;
  };
  const properties = Object.entries(test.data?.properties ?? {});
  return (
    <Panel title={t('tryOut.title')} note={t('tryOut.note')}>
      <Form<Clues>
        layout="vertical"
        requiredMark={false}
        initialValues={{ url: '', referrer: '', ip: '120.24.78.68', userAgent: navigator.userAgent }}
        onFinish={(clues) => void run(clues)}
      >
        <div className={styles['try']}>
          {(['ip', 'userAgent', 'url', 'referrer'] as const).map((name) => (
            <Form.Item key={name} name={name} label={t(`tryOut.${name}`)}>
              <Input maxLength={name === 'ip' ? 60 : 1_000} />
            </Form.Item>
          ))}
        </div>
        <Button type="primary" htmlType="submit" loading={test.isPending}>
          {t('tryOut.run')}
        </Button>
      </Form>
      {test.data && properties.length === 0 ? <p className="quiet">{t('tryOut.nothing')}</p> : null}
      {properties.length > 0 ? (
        <dl className={styles['findings']} style={{ marginTop: 16 }}>
          {properties.map(([name, value]) => (
            <Fragment key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>{shown(name, value)}</dd>
            </Fragment>
          ))}
        </dl>
      ) : null}
    </Panel>
  );
}
