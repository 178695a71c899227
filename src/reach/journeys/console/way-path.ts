/** Width of a column and height of a row of the drawing. */
export const COLUMN_PX = 272;
export const ROW_PX = 148;
const CARD_HALF_PX = 116;
const BEND_PX = 8;
/** How far below a step its ways turn aside, and above the next one they come together. */
const TURN_PX = 20;
/** Where the name of a way stands below the step that it leaves. */
const LABEL_PX = 46;
/** How far from the middle two ways between the same steps run, so that the name of each can be read. */
const PART_PX = 84;

/** -1: left of the middle, 1: right of it, because another way leads to the same step; 0: alone. */
export type Part = -1 | 0 | 1;

export interface Point {
  x: number;
  y: number;
}

/** A line from a step down to another, and the place of its name and button. */
export interface Way {
  path: string;
  label: Point;
}

/**
 * Lines run straight down, aside right below their step, or, where rows lie between or the way leads back up, through the gutter beside the column,
 * so that they cross no step.
 */
export function wayBetween(from: Point, to: Point, part: Part = 0): Way {
  const isStraight = Math.abs(from.x - to.x) < 1;
  const isNext = to.y > from.y && to.y - from.y < ROW_PX;
  if (isNext && part !== 0) {
    const x = from.x + part * PART_PX;
    const [out, back] = [from.y + TURN_PX, to.y - TURN_PX];
    return {
      path: polyline([from, { x: from.x, y: out }, { x, y: out }, { x, y: back }, { x: to.x, y: back }, to]),
      label: { x, y: (from.y + to.y) / 2 },
    };
  }
  if (isNext && isStraight) return { path: polyline([from, to]), label: { x: from.x, y: (from.y + to.y) / 2 } };
  if (isNext) {
    const turn = from.y + TURN_PX;
    const label = { x: to.x + Math.sign(from.x - to.x) * Math.min(Math.abs(from.x - to.x) / 2, CARD_HALF_PX), y: turn };
    return { path: polyline([from, { x: from.x, y: turn }, { x: to.x, y: turn }, to]), label };
  }
  const side = part !== 0 ? part : to.y > from.y && to.x < from.x ? -1 : 1;
  const lane = from.x + (side * COLUMN_PX) / 2;
  const out = from.y + TURN_PX;
  const back = to.y - TURN_PX;
  return {
    path: polyline([from, { x: from.x, y: out }, { x: lane, y: out }, { x: lane, y: back }, { x: to.x, y: back }, to]),
    label: { x: lane, y: to.y > from.y ? from.y + LABEL_PX : out },
  };
}

/** Straight pieces with rounded corners. */
function polyline(points: readonly Point[]): string {
  const [first] = points;
  if (!first) return '';
  const pieces = points.slice(1).map((point, index) => {
    const before = points[index] ?? point;
    const after = points[index + 2];
    if (!after) return `L ${point.x} ${point.y}`;
    const entry = towards(point, before);
    const exit = towards(point, after);
    return `L ${entry.x} ${entry.y} Q ${point.x} ${point.y} ${exit.x} ${exit.y}`;
  });
  return `M ${first.x} ${first.y} ${pieces.join(' ')}`;
}

function towards(corner: Point, other: Point): Point {
  const length = Math.hypot(other.x - corner.x, other.y - corner.y) || 1;
  const step = Math.min(BEND_PX, length / 2);
  return { x: corner.x + ((other.x - corner.x) / length) * step, y: corner.y + ((other.y - corner.y) / length) * step };
}
