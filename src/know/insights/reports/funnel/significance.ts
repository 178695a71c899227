/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;
/** Fewest people in each of the four cells of a comparison: below it nothing is said. */
export const CELL_MIN = 30;

/** The 95 % interval of a share (E. B. Wilson, JASA 22, 1927); undefined when there is nobody. */
export function wilson(successes: number, total: number): { low: number; high: number } | undefined {
  if (total === 0) return undefined;
  const share = successes / total;
  const scale = 1 + Z ** 2 / total;
  const centre = (share + Z ** 2 / (2 * total)) / scale;
  const half = (Z * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2))) / scale;
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** How many entered and how many of them converted. */
interface Conversion {
  entered: number;
  converted: number;
}

/**
 * Each group against the first one: the difference of their shares, with the two-sided p of the pooled z test and Holm's correction over those that can be
 * compared. Undefined for the first, and where a cell of the four holds fewer than 30.
 */
export function compareWithFirst(groups: readonly Conversion[]): ({ difference: number; p: number } | undefined)[] {
  const [first] = groups;
  const raw = groups.map((group, index) => (first && index > 0 ? twoProportions(first, group) : undefined));
  const ordered = raw.flatMap((one, index) => (one ? [{ index, p: one.p }] : [])).sort((one, other) => one.p - other.p);
  let least = 0;
  const corrected = new Map<number, number>();
  for (const [rank, { index, p }] of ordered.entries()) {
    least = Math.max(least, Math.min(1, p * (ordered.length - rank)));
    corrected.set(index, least);
  }
  return raw.map((one, index) => one && { difference: one.difference, p: corrected.get(index) ?? one.p });
}

function twoProportions(first: Conversion, other: Conversion): { difference: number; p: number } | undefined {
  const cells = [first, other].flatMap(({ entered, converted }) => [converted, entered - converted]);
  if (cells.some((cell) => cell < CELL_MIN)) return undefined;
  const pooled = (first.converted + other.converted) / (first.entered + other.entered);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.entered + 1 / other.entered));
  const difference = other.converted / other.entered - first.converted / first.entered;
  return { difference, p: twoSided(difference / error) };
}

/** Probability that a standard normal number is at least so far from 0. */
export function twoSided(z: number): number {
  return erfc(Math.abs(z) / Math.SQRT2);
}

/** 1 - erf(x) for x >= 0: the series below 2, the continued fraction (Lentz) above; both to 1e-15 relative. */
function erfc(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n -= 1) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}
