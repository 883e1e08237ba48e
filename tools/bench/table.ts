import { keeps, type Bound, type RowResult } from './rows';

const COLUMNS = [
  'workload',
  'system',
  'req/s',
  'p50 ms',
  'p99 ms',
  'CPU µs/op',
  'foreign',
  'ratio',
  'must',
  'reach',
  '',
];

/** Share of the machine that may be somebody else's without spoiling the figures. */
const QUIET = 0.1;

/** Whether a row keeps what it must; undefined when there is nothing that it must. */
export function verdict({ ratio, refused, must, reach }: RowResult): 'ok' | 'reached' | 'short' | 'REFUSED' | '' {
  if (refused !== undefined || ratio === undefined || Number.isNaN(ratio)) return 'REFUSED';
  if (must.atLeast === undefined && must.atMost === undefined) return '';
  if (!keeps(ratio, must)) return 'short';
  return reach && keeps(ratio, reach) ? 'reached' : 'ok';
}

export function table(results: readonly RowResult[]): string {
  const rows = [COLUMNS, ...results.flatMap(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const aligned = rows.map((cells) =>
    cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  const disturbed = results.some(({ figures }) => figures.some(({ foreign }) => foreign > QUIET));
  const notes = disturbed
    ? [`Something else used more than ${QUIET * 100} % of this machine: no figure is to be relied on.`]
    : [];
  const refusals = results.flatMap(({ label, refused }) => (refused === undefined ? [] : [`${label}: ${refused}`]));
  return [...aligned.map((cells) => cells.join('  ').trimEnd()), ...refusals, ...notes].join('\n');
}

function cellsOf(result: RowResult): string[][] {
  const { label, figures, ratio, unit, must, reach } = result;
  const compared = ratio === undefined || result.refused !== undefined ? '-' : `${rounded(ratio)}${unit}`;
  const last = [compared, bound(must, unit), bound(reach, unit), verdict(result)];
  return figures.map(({ system, perSecond, p50, p99, cpuUs, foreign }, index) => [
    index === 0 ? label : '',
    system,
    rounded(perSecond),
    rounded(p50),
    rounded(p99),
    rounded(cpuUs),
    Number.isNaN(foreign) ? '-' : `${Math.round(foreign * 100)} %`,
    ...(index === figures.length - 1 ? last : ['', '', '', '']),
  ]);
}

function bound(bound: Bound | undefined, unit: string): string {
  if (bound?.atLeast !== undefined) return `≥ ${bound.atLeast}${unit}`;
  if (bound?.atMost !== undefined) return `≤ ${bound.atMost}${unit}`;
  return '';
}

function rounded(value: number): string {
  if (Number.isNaN(value)) return '-';
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
}
