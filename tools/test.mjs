// `npm test`: every check of the house, one after the other, to the end even when one fails, so that all faults show.
//   npm test                  everything
//   npm test -- lint unit     these steps only
//   npm test -- ledger        the unit and end-to-end specs whose path contains it
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkNode, install, root, run } from './prepare.mjs';

/** Each on one core, and independent of each other: as many at once as the machine has cores to spare, the longest first. */
const CHECKS = [
  { name: 'build', command: 'node tools/prepare.mjs' },
  { name: 'types', command: 'tsc --noEmit' },
  { name: 'format', command: 'prettier --check .' },
  { name: 'lint', command: 'oxlint --type-aware --deny-warnings' },
  { name: 'boundaries', command: 'depcruise apps libs tools test --config .dependency-cruiser.cjs' },
];
const AT_ONCE = 2;

/** They use all cores, and real ports and databases: one after the other. */
const SPECS = [
  // A spec that failed half-way leaves timers and processes open: without --forceExit the run would wait for them for ever.
  { name: 'unit', command: 'jest --selectProjects unit --maxWorkers 3 --forceExit' },
  { name: 'e2e', command: 'jest --selectProjects e2e --maxWorkers 2 --forceExit' },
];

const total = { passed: 0, failed: 0 };
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

function report(name, passed, since, output = '') {
  total[passed ? 'passed' : 'failed']++;
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${seconds(since)})`);
  if (!passed && output) console.log(output.trimEnd());
}

/** Resolves with the exit code. Without `sink` the output is seen as it comes. */
async function inProject(command, sink) {
  // The tools of this project, not whatever else is on PATH. A shell, because they are .cmd files on Windows.
  const env = {
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
  };
  const stdio = ['ignore', sink ? 'pipe' : 'inherit', sink ? 'pipe' : 'inherit'];
  // A build among them has to end what it has started itself.
  const { code, stopped } = await run(command, { spawn: { env, stdio }, sink, end: 'SIGTERM' });
  if (stopped) throw new Error(`stopped (${stopped})`);
  return code ?? 1;
}

async function check({ name, command }) {
  const since = Date.now();
  let output = '';
  const code = await inProject(command, (chunk) => (output += chunk));
  report(name, code === 0, since, output);
}

async function checks(wanted) {
  const queue = [...wanted];
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await check(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function specs({ name, command }, filters) {
  const since = Date.now();
  console.log(`       ${name}: ${command}`);
  const folder = mkdtempSync(join(tmpdir(), 'stockwire-results-'));
  try {
    const file = join(folder, 'results.json');
    const some =
      filters.length > 0 ? ` --passWithNoTests ${filters.map((filter) => JSON.stringify(filter)).join(' ')}` : '';
    const code = await inProject(`${command} --json --outputFile=${JSON.stringify(file)}${some}`);
    count(name, code, file, since);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each test counts as one. A file that can't be loaded has no tests to count, and is a failure; so is a run without results. */
function count(name, code, file, since) {
  let results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return report(name, false, since, `${name} ended with code ${code} before it had results`);
  }
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  total.passed += results.numPassedTests;
  total.failed += failed || (code === 0 ? 0 : 1);
  const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
  console.log(
    `${code === 0 ? 'ok    ' : 'FAILED'} ${name}: ${results.numPassedTests} passed, ${failed} failed${skipped} (${seconds(since)})`,
  );
}

async function main(args) {
  const began = Date.now();
  const say = (line) => console.log(`       ${line}`);
  const tooOld = checkNode();
  if (tooOld) say(tooOld);
  if (tooOld || !(await install(say))) return report('install', false, began);
  const names = [...CHECKS, ...SPECS].map(({ name }) => name);
  const chosen = args.filter((arg) => names.includes(arg));
  const filters = args.filter((arg) => !names.includes(arg));
  const wants = (name) =>
    chosen.length > 0 ? chosen.includes(name) : filters.length === 0 || name === 'unit' || name === 'e2e';
  // The end-to-end specs start the built apps.
  await checks(CHECKS.filter(({ name }) => wants(name) || (name === 'build' && wants('e2e'))));
  for (const kind of SPECS) if (wants(kind.name)) await specs(kind, filters);
  say(`all of it took ${seconds(began)}`);
}

await main(process.argv.slice(2)).catch(({ message }) => report(message, false, Date.now()));
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
