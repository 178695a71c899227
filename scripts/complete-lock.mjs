// Completes package-lock.json after `npm install`: a registry that does not serve the builds of other platforms leaves them out of the lock,
// and `npm ci` then refuses it. This adds an entry for each missing platform package (exact version, os, cpu), which npm ci checks but
// does not fetch on another platform. Run in the folder of the lock file: node complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const systems = {
  darwin: 'darwin',
  macos: 'darwin',
  linux: 'linux',
  win32: 'win32',
  windows: 'win32',
  android: 'android',
  freebsd: 'freebsd',
  openbsd: 'openbsd',
  netbsd: 'netbsd',
  sunos: 'sunos',
  aix: 'aix',
  openharmony: 'openharmony',
};
const processors = {
  x64: 'x64',
  x86_64: 'x64',
  amd64: 'x64',
  arm64: 'arm64',
  aarch64: 'arm64',
  arm: 'arm',
  armv7: 'arm',
  ia32: 'ia32',
  riscv64: 'riscv64',
  s390x: 's390x',
  ppc64: 'ppc64',
  loong64: 'loong64',
  mips64el: 'mips64el',
  wasm32: 'wasm32',
};
const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const parents = path ? path.split('/node_modules/').map((_, i, all) => all.slice(0, all.length - i).join('/node_modules/')) : [];
    const places = [...parents.map((parent) => `${parent}/node_modules/${name}`), `node_modules/${name}`];
    if (places.some((place) => lock.packages[place])) continue;
    if (!/^\d/.test(range)) throw new Error(`${name}: ${range} is not an exact version; pin ${path} to one that is`);
    const words = name.toLowerCase().split(/[^a-z0-9_]+/);
    const os = words.map((word) => systems[word]).filter(Boolean);
    const cpu = words.map((word) => processors[word]).filter(Boolean);
    if (!os.length && !cpu.length) throw new Error(`${name}: not a platform package, add it by hand`);
    const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
    lock.packages[`node_modules/${name}`] = {
      version: range,
      ...(cpu.length && { cpu }),
      ...(libc && { libc }),
      optional: true,
      ...(os.length && { os }),
    };
    added.push(`${name}@${range}`);
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
console.log(added.length ? `added ${added.join(', ')}` : 'nothing missing');
