import { BulbOutlined, DesktopOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { switchLanguage } from '../i18n.ts';
import { rememberLanguage, type ThemeChoice, themeChoice } from '../preferences.ts';
import { useStore } from '../store.ts';

/** Switches between the two languages at once. */
export function LanguageButton() {
  const { t, i18n } = useTranslation('console');
  const turn = () => {
    const language = i18n.language === 'zh-CN' ? 'en' : 'zh-CN';
    rememberLanguage(language);
    void switchLanguage(language);
  };
  return (
    <Button type="text" size="small" aria-label={t('top.languageLabel')} onClick={turn}>
      {t('top.language')}
    </Button>
  );
}

/** Light, dark, or like the system. */
export function ThemeButton() {
  const { t } = useTranslation('console');
  const choice = useStore(themeChoice);
  const items = [
    { key: 'light', icon: <SunOutlined />, label: t('top.light') },
    { key: 'dark', icon: <MoonOutlined />, label: t('top.dark') },
    { key: 'system', icon: <DesktopOutlined />, label: t('top.system') },
  ];
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{ items, selectable: true, selectedKeys: [choice], onClick: ({ key }) => themeChoice.set(key as ThemeChoice) }}
    >
      <Button
        type="text"
        size="small"
        aria-label={t('top.theme')}
        icon={choice === 'dark' ? <MoonOutlined /> : choice === 'light' ? <SunOutlined /> : <BulbOutlined />}
      />
    </Dropdown>
  );
}
