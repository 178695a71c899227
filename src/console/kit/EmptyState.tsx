import type { ReactNode } from 'react';
import styles from './EmptyState.module.css';

/** What the small drawing shows. */
export type Drawing = 'list' | 'chart' | 'stream' | 'people' | 'journey' | 'mail' | 'lost';

interface EmptyStateProps {
  drawing?: Drawing;
  title: ReactNode;
  /** One sentence: what this is for and what good looks like. */
  sentence?: ReactNode;
  /** The one next step. */
  action?: ReactNode;
  /** True: little room, as inside a panel. */
  isSmall?: boolean;
  /** True: it is the whole page, and its title the page's. */
  isPage?: boolean;
}

/** What stands where there is nothing yet: a small drawing, a sentence, one action. */
export function EmptyState({ drawing = 'list', title, sentence, action, isSmall = false, isPage = false }: EmptyStateProps) {
  const Title = isPage ? 'h1' : 'p';
  return (
    <div className={`${styles['empty']} ${isSmall ? styles['small'] : ''}`}>
      <svg
        viewBox="0 0 120 72"
        className={styles['drawing']}
        aria-hidden="true"
        fill="none"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        {drawings[drawing]}
      </svg>
      <Title className={styles['title']}>{title}</Title>
      {sentence ? <p className={styles['sentence']}>{sentence}</p> : null}
      {action ? <div className={styles['action']}>{action}</div> : null}
    </div>
  );
}

const line = 'var(--border)';
const leaf = 'var(--accent)';

/** A sprig of two leaves, the product's own shape. */
function Sprig({ x, y }: { x: number; y: number }) {
  return (
    <g transform={`translate(${x} ${y})`} stroke={leaf}>
      <path d="M0 0v-15" />
      <path d="M0-7c-6 0-8.500-3-8.500-7.500 6 0 8.500 2.500 8.500 7.500Z" fill="var(--accent-soft)" />
      <path d="M0-11c0-5 2.700-8 8.500-8 0 5-2.500 8-8.500 8Z" fill="var(--accent-soft)" />
    </g>
  );
}

const drawings: Record<Drawing, ReactNode> = {
  list: (
    <>
      <g stroke={line}>
        <rect x="22" y="16" width="76" height="14" rx="4" />
        <rect x="22" y="36" width="76" height="14" rx="4" strokeDasharray="3 4" />
        <path d="M30 23h6M42 23h28" />
      </g>
      <path d="M14 64h92" stroke={line} />
      <Sprig x={86} y={64} />
    </>
  ),
  chart: (
    <>
      <path d="M20 12v46h84" stroke={line} />
      <path d="M28 48c10-2 12-14 24-14s12 8 22 4 12-18 24-20" stroke={line} strokeDasharray="3 4" />
      <Sprig x={90} y={58} />
    </>
  ),
  stream: (
    <>
      <path d="M12 24c16-8 28 8 48 0s32 8 48 0M12 40c16-8 28 8 48 0s32 8 48 0" stroke={line} />
      <g fill="var(--surface)" stroke={leaf}>
        <circle cx="36" cy="24" r="3.500" />
        <circle cx="78" cy="40" r="3.500" />
      </g>
      <path d="M14 64h92" stroke={line} strokeDasharray="3 4" />
    </>
  ),
  people: (
    <>
      <g stroke={line}>
        <circle cx="38" cy="30" r="7" />
        <path d="M26 52c1-8 6-12 12-12s11 4 12 12" />
        <circle cx="82" cy="30" r="7" strokeDasharray="3 3" />
        <path d="M70 52c1-8 6-12 12-12s11 4 12 12" strokeDasharray="3 3" />
      </g>
      <path d="M14 64h92" stroke={line} />
      <Sprig x={60} y={64} />
    </>
  ),
  journey: (
    <>
      <g stroke={line}>
        <path d="M34 36h18M72 36h8c6 0 4-14 10-14M80 36c6 0 4 14 10 14" />
        <rect x="52" y="28" width="20" height="16" rx="5" />
        <rect x="90" y="15" width="16" height="13" rx="4" />
        <rect x="90" y="44" width="16" height="13" rx="4" strokeDasharray="3 3" />
      </g>
      <circle cx="26" cy="36" r="8" stroke={leaf} fill="var(--accent-soft)" />
    </>
  ),
  mail: (
    <>
      <rect x="34" y="18" width="52" height="36" rx="5" stroke={line} />
      <path d="m36 22 24 18 24-18" stroke={line} />
      <Sprig x={98} y={64} />
      <path d="M14 64h92" stroke={line} />
    </>
  ),
  lost: (
    <>
      <path d="M14 58h34M72 58h34" stroke={line} />
      <path d="M48 58c4-6 8 6 12 0s8 6 12 0" stroke={line} strokeDasharray="2 4" />
      <Sprig x={30} y={58} />
      <circle cx="84" cy="28" r="10" stroke={line} />
      <path d="m91 35 7 7" stroke={line} />
    </>
  ),
};
