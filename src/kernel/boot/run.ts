import { ConfigError, processEnvironment, readSettings } from '../config/config.ts';
import { createLog } from '../log.ts';
import type { BootOptions, Product } from './boot.ts';
import { StartRefused } from './start-refused.ts';

const echoMs = 1_000;

/**
 * Runs the product as a process: reads the environment, says what happens on standard output, and stops in order on SIGINT or SIGTERM
 * (a later second signal ends at once). Exit codes: 0 stopped, 1 could not start or broke, 2 the configuration is wrong.
 */
export async function run(start: (parts: Pick<BootOptions, 'settings' | 'onStep'>) => Promise<Product>): Promise<void> {
  const startedAt = performance.now();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  let product: Product | undefined;
  let signals = 0;
  let firstSignalAt = 0;
  const stop = (signal: string): void => {
    signals += 1;
    if (signals === 1) firstSignalAt = performance.now();
    else {
      // Ctrl-C under npm arrives twice, from the terminal and from npm: the echo must not end us at once.
      if (performance.now() - firstSignalAt > echoMs) process.exit(130);
      return;
    }
    say(`${signal}: stopping, finishing what is in hand (again to end at once)`);
    if (product) void finish(product, say);
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('unhandledRejection', (error) => {
    createLog('error').error({ error: error instanceof Error ? error.stack : String(error) }, 'unhandled rejection');
  });
  try {
    product = await start({ settings: readSettings(processEnvironment()), onStep: (step) => say(`starting: ${step}`) });
  } catch (error) {
    explain(error);
    process.exit(error instanceof ConfigError ? 2 : 1);
  }
  say(`Perennial is ready at ${product.url} after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  if (signals > 0) await finish(product, say);
}

async function finish(product: Product, say: (line: string) => void): Promise<void> {
  await product.stop();
  say('stopped');
  process.exit(0);
}

function explain(error: unknown): void {
  const isExpected = error instanceof ConfigError || error instanceof StartRefused || (error as { code?: string }).code === 'EADDRINUSE';
  const text = isExpected ? (error as Error).message : ((error as Error)?.stack ?? String(error));
  process.stderr.write(`Perennial could not start.\n${text}\n`);
  if ((error as { code?: string }).code === 'EADDRINUSE')
    process.stderr.write('Another program uses this port. Set PERENNIAL_PORT to a free one, or to 0.\n');
}
