/**
 * Makes a fresh clone ready: installs the packages that are missing and builds the console and the browser SDK when their sources changed.
 * Plain JavaScript without dependencies, because it runs on whatever Node (20 or newer) the machine has, before anything is installed.
 *
 * `node scripts/prepare.mjs`             packages, console and browser SDK (before `npm start`)
 * `node scripts/prepare.mjs --packages`  packages only
 */
const oldestMajor = 20;

try {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < oldestMajor) {
    console.error(
      `\nNode ${process.versions.node} is too old to begin with. Install Node ${oldestMajor} or newer; Perennial then brings the version that it runs on.\n`,
    );
    process.exit(1);
  }
  // Imported late, so that an older Node gets as far as the sentence above.
  const { findRuntime, installPackages } = await import('./prepare/packages.mjs');
  const { buildConsole } = await import('./prepare/console.mjs');
  const { buildBrowserSdk } = await import('./prepare/sdk.mjs');
  const { preparePGliteTemplate } = await import('./prepare/pglite-template.mjs');
  await installPackages();
  const runtime = findRuntime();
  await preparePGliteTemplate(runtime);
  if (!process.argv.includes('--packages')) {
    await buildBrowserSdk(runtime);
    await buildConsole(runtime);
  }
} catch (error) {
  const isKnown = error?.name === 'Refusal';
  console.error(`\nNot ready: ${isKnown ? error.message : (error?.stack ?? error)}\n`);
  process.exit(1);
}
