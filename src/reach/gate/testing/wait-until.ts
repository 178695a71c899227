const STEP_MS = 5;
const LIMIT_MS = 15_000;

/** Waits until the condition holds; fails after 15 s with its name. */
export async function waitUntil(name: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited too long until ${name}`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
