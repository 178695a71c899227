const clicksMin = 3;
const radiusPx = 30;
const withinMs = 1_000;

interface Click {
  x: number;
  y: number;
  at: number;
}

/**
 * Makes a function that is told each click and answers whether it completes a burst: three clicks, each at most 30 px and 1 s from the one before. A burst is told once, however long
 * it goes on.
 */
export function rageDetector(): (click: Click) => boolean {
  let burst: Click[] = [];
  return (click) => {
    const last = burst[burst.length - 1];
    const isNear = last !== undefined && Math.hypot(click.x - last.x, click.y - last.y) <= radiusPx && click.at - last.at <= withinMs;
    burst = isNear ? [...burst, click] : [click];
    return burst.length === clicksMin;
  };
}
