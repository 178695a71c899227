import { Form, InputNumber, Radio, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useProject } from '../../../console/kit/use-project.ts';
import type { CollectionSettings } from '../contract.ts';
import styles from './CollectionSettings.module.css';
import { SettingsForm } from './SettingsForm.tsx';

/** Address, place, devices, programs, sessions, own sites. */
export function GeneralSection({ settings }: { settings: CollectionSettings }) {
  const { t } = useTranslation('enrichment');
  return (
    <SettingsForm settings={settings}>
      <Panel title={t('address.title')} note={t('address.note')}>
        <Form.Item name="isGeographyOn" valuePropName="checked" label={t('address.geography')}>
          <Switch />
        </Form.Item>
        <Choice name="ip" label={t('address.ip')} extra={t('address.ipHelp')} keys={['keep', 'truncate', 'drop']} texts="address.choices" />
      </Panel>
      <Panel title={t('device.title')} note={t('device.note')}>
        <Form.Item name="isDeviceOn" valuePropName="checked" label={t('device.isOn')}>
          <Switch />
        </Form.Item>
        <Choice name="bots" label={t('device.bots')} keys={['mark', 'drop']} texts="device.choices" />
      </Panel>
      <SessionsPanel />
      <Panel title={t('hosts.title')} note={t('hosts.note')}>
        <Form.Item name="ownHosts" label={t('hosts.label')}>
          <Select
            mode="tags"
            tokenSeparators={[' ', ',']}
            open={false}
            suffixIcon={null}
            placeholder={t('hosts.placeholder')}
            className={styles['wide'] ?? ''}
          />
        </Form.Item>
      </Panel>
    </SettingsForm>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  extra?: string;
  keys: readonly string[];
  /** Key of the texts. */
  texts: string;
}

function Choice({ name, label, extra, keys, texts }: ChoiceProps) {
  const { t } = useTranslation('enrichment');
  return (
    <Form.Item name={name} label={label} extra={extra}>
      <Radio.Group vertical options={keys.map((value) => ({ value, label: t(`${texts}.${value}`) }))} />
    </Form.Item>
  );
}

function SessionsPanel() {
  const { t } = useTranslation('enrichment');
  const { timeZone } = useProject();
  const switchOf = (name: string, label: string, extra?: string) => (
    <Form.Item name={['sessions', name]} valuePropName="checked" label={label} extra={extra}>
      <Switch />
    </Form.Item>
  );
  return (
    <Panel title={t('sessions.title')} note={t('sessions.note')}>
      {switchOf('isOn', t('sessions.isOn'))}
      <div className={styles['row']}>
        <Form.Item name={['sessions', 'idleMinutes']} label={t('sessions.idleMinutes')}>
          <InputNumber min={1} max={1_440} precision={0} />
        </Form.Item>
        <Form.Item name={['sessions', 'lengthMaxHours']} label={t('sessions.lengthMaxHours')}>
          <InputNumber min={1} max={168} precision={0} />
        </Form.Item>
      </div>
      <div className={styles['row']}>
        {switchOf('isCutAtMidnight', t('sessions.isCutAtMidnight', { zone: timeZone }))}
        {switchOf('isCutOnCampaign', t('sessions.isCutOnCampaign'))}
      </div>
      {switchOf('isForServers', t('sessions.isForServers'), t('sessions.isForServersHelp'))}
    </Panel>
  );
}
