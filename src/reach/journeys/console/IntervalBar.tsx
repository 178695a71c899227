const WIDTH = 320;
const HEIGHT = 28;

/** An interval against zero: the band, the estimate, and the line of no effect. */
export function IntervalBar({ value, low, high, label }: { value: number; low: number; high: number; label: string }) {
  const reach = Math.max(Math.abs(low), Math.abs(high), 1e-9) * 1.15;
  const x = (at: number) => ((at + reach) / (2 * reach)) * WIDTH;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      style={{ width: '100%', maxWidth: WIDTH, display: 'block', margin: '8px 0' }}
      role="img"
      aria-label={label}
    >
      <line x1={0} x2={WIDTH} y1={14} y2={14} stroke="var(--hairline)" />
      <rect x={x(low)} width={Math.max(x(high) - x(low), 1)} y={9} height={10} rx={4} fill="var(--accent-soft)" stroke="var(--accent)" />
      <line x1={WIDTH / 2} x2={WIDTH / 2} y1={2} y2={26} stroke="var(--tertiary)" strokeDasharray="3 3" />
      <circle cx={x(value)} cy={14} r={4} fill="var(--accent)" />
    </svg>
  );
}
