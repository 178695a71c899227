import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './CopyText.module.css';

const COPIED_SHOWN_MS = 1_500;

/** Copies `text`; says so for a moment. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation('console');
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const name = isCopied ? t('copy.done') : (label ?? t('copy.verb'));
  return (
    <Tooltip title={name}>
      <button type="button" className={styles['button']} aria-label={name} onClick={() => void write(text).then(() => setCopied(true))}>
        {isCopied ? <CheckOutlined /> : <CopyOutlined />}
      </button>
    </Tooltip>
  );
}

/** `navigator.clipboard` is there only on https and localhost; a console on a plain address of the house falls back. */
async function write(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** A short technical text (id, key, address) in code type with a copy button. */
export function CopyText({ text, shown }: { text: string; shown?: string }) {
  return (
    <span className={styles['text']}>
      <code>{shown ?? text}</code>
      <CopyButton text={text} />
    </span>
  );
}

/** A snippet of several lines with a copy button. */
export function CodeBlock({ code, label }: { code: string; label?: string }) {
  return (
    <div className={styles['block']}>
      {label ? <div className={styles['label']}>{label}</div> : null}
      <div className={styles['corner']}>
        <CopyButton text={code} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
