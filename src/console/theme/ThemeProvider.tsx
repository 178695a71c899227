import { App, ConfigProvider } from 'antd';
import enUS from 'antd/es/locale/en_US.js';
import zhCN from 'antd/es/locale/zh_CN.js';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { antdTheme } from './antd-theme.ts';
import { useMode, usePaintedRoot, useStillness } from './use-mode.ts';

/** Gives antd the product's colours and language. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  const mode = useMode();
  const isStill = useStillness();
  usePaintedRoot(mode);
  const theme = useMemo(() => antdTheme(mode, isStill), [mode, isStill]);
  return (
    <ConfigProvider
      theme={theme}
      locale={i18n.language === 'zh-CN' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
      form={{ requiredMark: 'optional' }}
      alert={{ style: { borderRadius: 8 } }}
      drawer={{ styles: { wrapper: { boxShadow: '0 0 0 1px var(--hairline)' } } }}
    >
      <App message={{ maxCount: 3 }}>{children}</App>
    </ConfigProvider>
  );
}
