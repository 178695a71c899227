/**
 * Who may import whom; see "Floors and slices" in ARCHITECTURE.md. Run by `npm run check`, which also makes sure that files were read at all.
 * Which slices a slice names in `uses` is compared in scripts/check/uses.ts.
 */
const floors = ['kernel', 'workspace', 'collect', 'know', 'try', 'reward', 'reach', 'listen', 'prove', 'demo'];
const stages = floors.slice(1, -1).join('|');
const slice = `^src/(?:${stages})/[^/]+/`;
/** What the browser may have of other folders. */
const browserDoors = [
  '^src/console/',
  '^src/kernel/http/contract\\.ts$',
  '^src/demo/contract\\.ts$',
  `${slice}contract\\.ts$`,
  `${slice}console/parts\\.tsx?$`,
];
const tests = '\\.test\\.tsx?$';
/** Tests and what they are built with. */
const outside = [tests, '/testing/', '/test/', '\\.(oracle|arbitraries)\\.ts$', '^src/acceptance/'];

const upward = floors.slice(0, -1).map((floor, index) => ({
  name: `floor-${floor}`,
  comment: `${floor} may not import a higher floor. Let the higher one register what it adds, or read it from the stream.`,
  severity: 'error',
  from: { path: `^src/${floor}/` },
  to: { path: `^src/(${floors.slice(index + 1).join('|')}|main\\.ts$)` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...upward,
    {
      name: 'no-circle',
      comment: 'Files that import each other in a circle cannot be understood or tested alone. Move what both need into a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-through-the-door',
      comment: 'Another slice is imported through its index.ts (server) or contract.ts only. Ask its door for what is missing.',
      severity: 'error',
      from: { path: `^src/(${stages})/([^/]+)/`, pathNot: ['/console/', ...outside] },
      to: { path: slice, pathNot: ['^src/$1/$2/', `${slice}(index|contract)\\.ts$`] },
    },
    {
      name: 'tests-through-doors',
      comment: 'A test reaches other slices as the product does, or through what they offer to tests in their testing/ folder.',
      severity: 'error',
      from: { path: outside.map((path) => `^src/(${stages})/([^/]+)/.*${path}`), pathNot: '/console/' },
      to: { path: slice, pathNot: ['^src/$1/$2/', `${slice}(index|contract)\\.ts$`, `${slice}testing/`] },
    },
    {
      name: 'demo-only-through-doors',
      comment: 'The demo imports slices through index.ts or contract.ts only.',
      severity: 'error',
      from: { path: '^src/(demo/|main\\.ts$)', pathNot: '/console/' },
      to: { path: slice, pathNot: `${slice}(index|contract)\\.ts$` },
    },
    {
      name: 'console-imports-contracts',
      comment: 'Screens run in the browser: of slices they import contract.ts, of other screens only console/parts.ts(x), and never the server.',
      severity: 'error',
      from: { path: `^src/(${stages})/([^/]+)/console/`, pathNot: tests },
      to: { path: '^src/', pathNot: ['^src/$1/$2/console/', '^src/$1/$2/reports/[^/]+/console/', '^src/$1/$2/locales/', ...browserDoors] },
    },
    {
      name: 'demo-console-imports-contracts',
      comment: 'Screens run in the browser: of slices they import contract.ts, of other screens only console/parts.ts(x), and never the server.',
      severity: 'error',
      from: { path: '^src/demo/console/', pathNot: tests },
      to: { path: '^src/', pathNot: ['^src/demo/(console|locales)/', ...browserDoors] },
    },
    {
      name: 'shell-imports-contracts',
      comment: 'The shell finds screens by itself; of slices it imports contract.ts only.',
      severity: 'error',
      from: { path: '^src/console/', pathNot: tests },
      to: { path: '^src/', pathNot: ['^src/console/', `${slice}contract\\.ts$`, '^src/kernel/http/contract\\.ts$', '/locales/[^/]+\\.json$'] },
    },
    {
      name: 'server-without-console',
      comment: 'Server files never import screens.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['/console/', '^src/console/'] },
      to: { path: ['^src/console/', '^src/.+/console/'] },
    },
    {
      name: 'contracts-are-pure',
      comment:
        "A contract.ts is read by server, browser and tests: it may import zod, the kernel's contract and errors, other contracts and pure files beside it.",
      severity: 'error',
      from: { path: '^src/.+/contract\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'tests-stay-outside',
      comment: 'The product must not need its tests.',
      severity: 'error',
      from: { path: '^src/', pathNot: outside },
      to: { path: outside },
    },
    {
      name: 'sdk-stands-alone',
      comment: 'Published packages import nothing of src, of each other, or of anything installed; their tests may.',
      severity: 'error',
      from: { path: '^sdk/([^/]+)/src/', pathNot: tests },
      to: { pathNot: ['^sdk/$1/src/', '^(node:)?(crypto|fs|util|zlib)$'] },
    },
    {
      name: 'resolvable',
      comment: 'The import names a file or package that is not there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^sdk/[^/]+/dist/', '^data/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
