/** The places (from 1) of an attempt's events, 32 bits each in whole numbers of fixed size: states of a fold that hold arrays cost three times as much. */
export interface Trail {
  type: string;
  zero: string;
  /** The trail with the event at place `i` as a step. The trails of smaller places compare as smaller. */
  add(trail: string, step: number): string;
  /** Place of a step's event; 0: not taken. */
  place(trail: string, step: number): string;
}

/** Trails of a number of steps. */
export function trailOf(count: number): Trail {
  const [word, capacity] = count <= 2 ? (['UInt64', 2] as const) : count <= 4 ? (['UInt128', 4] as const) : (['UInt256', 8] as const);
  const words = Math.ceil(count / capacity);
  const shift = (step: number) => 32 * (capacity - 1 - (step % capacity));
  const part = (trail: string, step: number) => `(${trail}).${Math.floor(step / capacity) + 1}`;
  return {
    type: `Tuple(${Array(words).fill(word).join(', ')})`,
    zero: `CAST(tuple(${Array(words).fill(0).join(', ')}), 'Tuple(${Array(words).fill(word).join(', ')})')`,
    add: (trail, step) => {
      const parts = Array.from({ length: words }, (_, index) => {
        const own = `(${trail}).${index + 1}`;
        return index === Math.floor(step / capacity) ? `bitOr(${own}, bitShiftLeft(CAST(i, '${word}'), ${shift(step)}))` : own;
      });
      return `tuple(${parts.join(', ')})`;
    },
    place: (trail, step) => `toUInt32(bitAnd(bitShiftRight(${part(trail, step)}, ${shift(step)}), CAST(4294967295, '${word}')))`,
  };
}
