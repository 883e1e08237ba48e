import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A query of a rule or of a panel, and where it stands. */
export interface Query {
  where: string;
  query: string;
}

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string; runbook_url: string } }[] }[];
}

interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[];
}

export function queriesOf(root: string): Query[] {
  const dashboard = JSON.parse(
    readFileSync(join(root, 'deploy/grafana/dashboards/stockwire.json'), 'utf8'),
  ) as Dashboard;
  const rules = rulesOf(root).map(({ alert, expr }) => ({ where: alert, query: expr }));
  const panels = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: title, query: expr })),
  );
  return [...rules, ...panels];
}

function rulesOf(root: string): Rules['groups'][number]['rules'] {
  const { groups } = parse(readFileSync(join(root, 'deploy/prometheus/rules.yml'), 'utf8')) as Rules;
  return groups.flatMap(({ rules }) => rules);
}

/** Where each alert sends its reader, which is named after it. */
export function alertsOf(root: string): string[] {
  return rulesOf(root).map(({ alert, annotations: { runbook_url: url } }) => {
    if (url !== `docs/guides/operate/runbook.md#${alert.toLowerCase()}`) throw new Error(`${alert} leads to ${url}`);
    return alert;
  });
}

export function runbookTitles(root: string): string[] {
  const page = readFileSync(join(root, 'docs/guides/operate/runbook.md'), 'utf8');
  return [...page.matchAll(/^## (Stockwire\w+)$/gm)].map(([, title]) => title ?? '');
}

/** What Prometheus itself adds. */
const OF_PROMETHEUS = new Set(['up']);
const TARGET_LABELS = new Set(['job', 'instance', 'le']);
const WORDS = new Set(['and', 'or', 'unless', 'by', 'without', 'on', 'ignoring', 'bool', 'offset']);

/** The metrics that a query asks for, with the labels that it chooses by. */
export function namesIn(query: string): { name: string; labels: string[] }[] {
  const bare = query.replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ').replaceAll(/\[[^\]]*\]/g, ' ');
  const found: { name: string; labels: string[] }[] = [];
  for (const [, name = '', selectors = '', call] of bare.matchAll(/([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})?\s*(\()?/g)) {
    if (call || WORDS.has(name) || OF_PROMETHEUS.has(name) || isNumber(bare, name)) continue;
    const labels = [...selectors.matchAll(/([a-zA-Z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label ?? '');
    found.push({ name, labels: labels.filter((label) => !TARGET_LABELS.has(label)) });
  }
  return found;
}

/** The `e6` of `700e6`. */
function isNumber(query: string, name: string): boolean {
  return /^e\d+$/.test(name) && new RegExp(`\\d${name}`).test(query);
}

const OF_KIND: Record<string, string[]> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/** Every series that a scrape offers, with the labels that it was seen with. */
export function metricsIn(scrapes: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const line of scrapes.join('\n').split('\n')) {
    const [, metric, kind = ''] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
    if (metric)
      for (const suffix of OF_KIND[kind] ?? ['']) found.set(metric + suffix, found.get(metric + suffix) ?? new Set());
    const [, name, labels = ''] = /^([a-z0-9_]+)\{(.*)\} /.exec(line) ?? [];
    for (const [, label] of labels.matchAll(/([a-z_]+)="/g)) if (name && label) found.get(name)?.add(label);
  }
  return found;
}
