import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from './refusal.mjs';
import { runProgram } from './run-program.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const spaceNeededBytes = 3e9;
const runtimeMajor = 24;

/** Installs exactly what package-lock.json names, when something of it is not there. */
export async function installPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  checkPlatform();
  checkSpace();
  const release = holdInstallLock();
  try {
    console.log(`Installing packages (${missing.length} missing; about 1.7 GB, a minute or two)...`);
    const began = Date.now();
    await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    const still = missingPackages();
    if (still.length > 0) throw new Refusal(`npm finished, but these packages are still missing: ${still.slice(0, 5).join(', ')}.`);
    console.log(`Packages are in place (${Math.round((Date.now() - began) / 1000)} s).`);
  } finally {
    release();
  }
}

/** The Node that the product runs on: the pinned one, or this one where no pinned build exists for the platform. */
export function findRuntime() {
  const pinned = path.join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= runtimeMajor) return process.execPath;
  throw new Refusal(
    `Perennial runs on Node ${runtimeMajor}, and no build of it is pinned for ${process.platform}-${process.arch}.\nInstall Node ${runtimeMajor} by hand and run the command again.`,
  );
}

/** Compares the lock file with what npm recorded as installed; an interrupted installation has no record. */
function missingPackages() {
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  let present = {};
  try {
    present = JSON.parse(readFileSync(path.join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
  } catch {
    // No record: everything counts as missing.
  }
  return Object.entries(wanted)
    .filter(([place, entry]) => place !== '' && !entry.link)
    .filter(([place, entry]) => (present[place] ? present[place].version !== entry.version : !entry.optional && !entry.peer))
    .map(([place]) => place.replace(/^.*node_modules\//, ''));
}

function checkPlatform() {
  const known = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
  const here = `${process.platform}-${process.arch}`;
  if (!known.includes(here)) {
    throw new Refusal(`the embedded ClickHouse has no build for ${here}; it has for ${known.join(', ')}.\nOn Windows use WSL 2 or a container.`);
  }
  if (process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime) {
    throw new Refusal('this Linux uses musl (Alpine); the embedded ClickHouse needs glibc. Use a Debian, Ubuntu, Fedora or similar system or image.');
  }
}

function checkSpace() {
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize < spaceNeededBytes) {
    throw new Refusal(`only ${(Number(bavail * bsize) / 1e9).toFixed(1)} GB are free below ${root}; installing needs ${spaceNeededBytes / 1e9} GB.`);
  }
}

/** Two commands that start at once must not install into the same folder. */
function holdInstallLock() {
  const lock = path.join(root, '.cache/install.lock');
  mkdirSync(path.dirname(lock), { recursive: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
  } catch {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (isAlive(owner))
      throw new Refusal(`process ${owner} is installing packages here already; wait for it and try again. (If that is not so, delete ${lock}.)`);
    writeFileSync(lock, String(process.pid));
  }
  return () => rmSync(lock, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function runNpm(args) {
  const byPath = process.env.npm_execpath;
  const [command, first] = byPath?.endsWith('.js') ? [process.execPath, [byPath]] : ['npm', []];
  const { code, output } = await runProgram(command, [...first, ...args], { NODE_ENV: 'development' }, { isShown: true });
  if (code !== 0) throw new Refusal(explain(output, code));
}

function explain(errors, code) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network/i.test(errors)) {
    return 'the npm registry cannot be reached. Check the network, or set a mirror with `npm config set registry <address>`, and run the command again.';
  }
  if (/ENOSPC/.test(errors)) return `the disk is full; installing needs ${spaceNeededBytes / 1e9} GB.`;
  if (/EACCES|EPERM/.test(errors)) return `npm may not write below ${root}; make the folder yours (chown) and run the command again.`;
  if (/can only install packages when your package.json and package-lock.json/.test(errors)) {
    return 'package.json and package-lock.json do not agree; see "Adding a package" in CONTRIBUTING.md.';
  }
  return `installing the packages failed (npm ended with ${code}); its words are above.`;
}
