const time = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(\.\d+)?)?(.*)$/;

/** The value to begin from: the last one less the overlap. Times keep their way of writing; what is neither time nor number begins where it was. */
export function valueBefore(value: string, overlap: number): string {
  if (overlap === 0) return value;
  if (/^-?\d+$/.test(value)) return String(BigInt(value) - BigInt(overlap));
  const found = time.exec(value);
  if (!found) return value;
  const [, day = '', clock = '00:00:00', fraction = '', zone = ''] = found;
  const before = new Date(Date.parse(`${day}T${clock}Z`) - overlap * 1_000).toISOString();
  return `${before.slice(0, 10)} ${before.slice(11, 19)}${fraction}${zone}`;
}

/** How a value of the cursor column is kept. */
export function cursorText(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}
