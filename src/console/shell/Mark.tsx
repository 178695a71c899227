/** The product's mark: two leaves on a stem. */
export function Mark({ sizePx }: { sizePx: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 32 32" aria-hidden="true" style={{ display: 'block' }}>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path d="M16 26V13" stroke="var(--surface)" strokeWidth="2.2" strokeLinecap="round" />
      <path d="M16 17.500c-5.600 0-8-3-8-7.500 5.400 0 8 2.600 8 7.500Z" fill="var(--surface)" />
      <path d="M16 14.500c0-4.900 2.600-8 8-8 0 5-2.400 8-8 8Z" fill="var(--surface)" opacity="0.65" />
    </svg>
  );
}
