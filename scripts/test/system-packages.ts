import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What the tests need of the system, and how to see that it is there. */
const needs = [
  {
    name: 'chromium',
    isThere: () => ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some((place) => existsSync(place)),
  },
  { name: 'fonts-noto-cjk', isThere: () => existsSync('/usr/share/fonts/opentype/noto') || isInstalled('fonts-noto-cjk') },
  { name: 'mariadb-server', isThere: () => existsSync('/usr/sbin/mariadbd') },
  { name: 'python3', isThere: () => succeeds('python3', ['-c', 'import ctypes']) },
];

/** Installs what is missing with apt when that is possible; otherwise throws with the command for a person. */
export async function installSystemPackages(): Promise<void> {
  const missing = needs.filter((need) => !need.isThere()).map((need) => need.name);
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !succeeds('apt-get', ['--version'])) {
    throw new Error(
      `the tests need ${missing.join(', ')} (a browser, Chinese fonts, a database to pull from, Python for the ClickHouse shards).\nInstall them, on Debian or Ubuntu with: sudo sh -c '${command}'`,
    );
  }
  console.log(`Installing ${missing.join(', ')} with apt...`);
  apt(['update', '-qq']);
  apt(['install', '-y', '-qq', '--no-install-recommends', ...missing]);
  const still = needs.filter((need) => !need.isThere()).map((need) => need.name);
  if (still.length > 0) throw new Error(`apt finished, but ${still.join(', ')} cannot be found`);
}

function apt(args: string[]): void {
  const { status, stderr, stdout } = spawnSync('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`apt-get ${args[0]} ended with ${status}:\n${stderr || stdout}`);
}

function isInstalled(name: string): boolean {
  return succeeds('dpkg', ['-s', name]);
}

function succeeds(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
