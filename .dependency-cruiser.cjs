/** The closed list of what a file can be, `<thing>.<role>.ts`. A new role is a decision, not a habit. */
const ROLES =
  'module|controller|gateway|service|writer|repository|mongo|config|errors|guard|filter|interceptor|dto|spec';
/** What the libraries are made of beside those: both ends of a connection, and rules that every process checks alike. */
const LIBRARY_ROLES = `${ROLES}|client|server|socket|rules`;

const FROM_NPM = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];
/** `<thing>.ts` without a role: the pure rules. */
const RULES_FILES =
  '^apps/inventory/src/(items|stock|orders|reservations|transfers|expectations|stocktakes|locations|as-of|reports)/[^./]+\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Two files that import each other are one thing in two places. And in CommonJS one of them sees the other half loaded: Nest then injects undefined, without a word.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contracts-at-the-bottom',
      comment:
        'What crosses a process is read by everybody, also by clients outside this repository, so it must not pull in anything that runs a process.',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: '^(apps|tools|test)/|^libs/(?!contracts/)' },
    },
    {
      name: 'common-knows-no-identity',
      comment:
        'contracts <- common <- identity <- apps is one direction. The inventory needs common and no identity: who is calling was decided at the edge.',
      severity: 'error',
      from: { path: '^libs/common/' },
      to: { path: '^(apps|tools|test)/|^libs/(?!(contracts|common)/)' },
    },
    {
      name: 'identity-knows-no-app',
      comment: 'It serves gateway and notification alike. What only one of them needs belongs into that app.',
      severity: 'error',
      from: { path: '^libs/identity/' },
      to: { path: '^(apps|tools|test)/|^libs/(?!(contracts|common|identity)/)' },
    },
    {
      name: 'client-stands-alone',
      comment: 'The client runs in browsers, at people who install nothing else of ours.',
      severity: 'error',
      from: { path: '^libs/client/' },
      to: { path: '^(apps|tools|test)/|^libs/(?!client/)' },
    },
    {
      name: 'apps-apart',
      comment:
        'Apps are deployed, scaled and killed apart. They meet over the wire, through contracts; an import would make two of them one.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'product-without-tools',
      comment: 'The apps run in an image without launcher, tests and development packages.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(tools|test)/' },
    },
    {
      name: 'no-development-packages',
      comment:
        'As above: npm ci --omit=dev must be enough to run an app. The client is a package of its own, with what it needs in its bundle.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$|^libs/client/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'libraries-by-their-index',
      comment: 'What a library does not export is its own business and may change without anybody noticing.',
      severity: 'error',
      from: { path: '^(apps|libs|tools|test)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$2/' },
    },
    {
      name: 'database-in-mongo-files',
      comment:
        'Only *.mongo.ts imports mongoose or the driver, the file that opens the connection included: rules, services and controllers stay free of query language, and every query can be found by a file name. tools/ and test/ start, inspect and break databases, so they are exempt.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.mongo(\\.spec)?\\.ts$' },
      to: { path: '(^|/)node_modules/(mongoose|mongodb|@nestjs/mongoose)/' },
    },
    {
      name: 'rules-import-no-package',
      comment:
        'Stock rules are pure functions: no clock, no ids, no database, no framework. So a dry run, a rebuild and a test run the very same code.',
      severity: 'error',
      from: { path: RULES_FILES },
      to: { dependencyTypes: [...FROM_NPM, 'core'] },
    },
    {
      name: 'rules-know-no-role',
      comment: 'As above, inside the app: a rule that reaches for a service or a repository is none.',
      severity: 'error',
      from: { path: RULES_FILES },
      to: { path: `^apps/.+\\.(${ROLES})\\.ts$` },
    },
    {
      name: 'roles-in-apps',
      comment: `A file's name says what it is: <thing>.<role>.ts, the role one of ${ROLES.replaceAll('|', ', ')}; or <thing>.ts, plain code.`,
      severity: 'error',
      from: {},
      to: { path: `^apps/.+/[^/.]+\\.(?!((${ROLES})\\.)?ts$)[^/]*$` },
    },
    {
      name: 'roles-in-libraries',
      comment: 'The same list, and what only libraries are made of: client, server, socket, rules.',
      severity: 'error',
      from: {},
      to: { path: `^libs/.+/[^/.]+\\.(?!((${LIBRARY_ROLES})\\.)?ts$)[^/]*$` },
    },
    {
      name: 'no-catch-all-rooms',
      comment: 'A room called utils or helpers takes in everything and explains nothing. Name the thing.',
      severity: 'error',
      from: {},
      to: { path: '/(utils|util|shared|helpers|helper|types|interfaces|misc)(/|\\.ts$)', pathNot: 'node_modules' },
    },
    {
      name: 'specs-are-for-the-runner',
      comment: 'Importing a spec runs its tests in the wrong place. What several need belongs into test/support.',
      severity: 'error',
      from: {},
      to: { path: '\\.(spec|e2e|slow)\\.ts$' },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this file and nothing starts it: it is dead, or was forgotten in a module.',
      severity: 'error',
      from: { orphan: true, pathNot: '(^|/)main\\.ts$|\\.(spec|e2e|slow)\\.ts$|\\.d\\.ts$|\\.(mjs|cjs|js)$' },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere fails at run time, perhaps only on the path nobody tried.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-packages',
      comment: 'A package that is only there because another one brought it may be gone after any update.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count too: a layer that needs another's types needs the other.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // The console's page is what a browser loads, by URL: nothing here imports it.
    exclude: { path: '(^|/)dist/|^apps/gateway/src/console/page/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'import', 'default', 'types'],
    },
  },
};
