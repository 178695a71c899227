import { Form, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** Time zone and currency, as every form about a project asks for them. */
export function PlaceFields() {
  const { t, i18n } = useTranslation('projects');
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: `${zone} (${offsetOf(zone)})` })), []);
  const currencies = useMemo(() => {
    const names = new Intl.DisplayNames(i18n.language, { type: 'currency' });
    return Intl.supportedValuesOf('currency').map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
  }, [i18n.language]);
  const needed = [{ required: true, message: t('needed') }];
  return (
    <>
      <Form.Item name="timeZone" label={t('timeZone')} extra={t('timeZoneHelp')} rules={needed}>
        <Select showSearch={{ optionFilterProp: 'label' }} options={zones} />
      </Form.Item>
      <Form.Item name="currency" label={t('currency')} extra={t('currencyHelp')} rules={needed}>
        <Select showSearch={{ optionFilterProp: 'label' }} options={currencies} />
      </Form.Item>
    </>
  );
}

/** `UTC+8`, as it is now. */
function offsetOf(zone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(new Date());
  return parts.find((part) => part.type === 'timeZoneName')?.value.replace('GMT', 'UTC') ?? '';
}
