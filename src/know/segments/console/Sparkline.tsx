import styles from './Segments.module.css';

const WIDTH = 104;
const HEIGHT = 24;
const PAD = 2;

/** A course in little, from the first value that is not zero. `label` says it in words. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = (WIDTH - PAD * 2) / Math.max(1, values.length - 1);
  const y = (value: number) => (high === low ? HEIGHT / 2 : HEIGHT - PAD - ((value - low) / (high - low)) * (HEIGHT - PAD * 2));
  const points = values.map((value, index) => `${(PAD + index * step).toFixed(1)},${y(value).toFixed(1)}`);
  const last = points.at(-1)?.split(',');
  return (
    <svg className={styles['spark']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <polyline points={points.join(' ')} />
      {last ? <circle cx={last[0]} cy={last[1]} r="2" /> : null}
    </svg>
  );
}
