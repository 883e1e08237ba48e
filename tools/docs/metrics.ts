import { join } from 'node:path';
import { APPS, type AppName } from '../start/apps';
import { MADE, table } from './table';

/** What an app serves at `/metrics`. */
export type Scrapes = Readonly<Record<AppName, string>>;

interface Metric {
  help: string;
  type: string;
  labels: string[];
  apps: AppName[];
}

/** With this in its environment an app names the labels of its metrics. `root` is that of the project, which has to be built. */
export function namingLabels(root: string): { NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--require=${JSON.stringify(join(root, 'dist/tools/docs/labels.js'))}` };
}

function metricsIn(scrapes: Scrapes): [string, Metric][] {
  const found = new Map<string, Metric>();
  for (const app of APPS) {
    for (const [, name = '', help = ''] of scrapes[app].matchAll(/^# HELP (\S+) (.*)$/gm)) {
      const known = found.get(name);
      if (known) known.apps.push(app);
      else found.set(name, { help, type: '', labels: [], apps: [app] });
    }
    for (const [, name = '', type = ''] of scrapes[app].matchAll(/^# TYPE (\S+) (\S+)$/gm))
      found.get(name)!.type = type;
    for (const [, name = '', labels = ''] of scrapes[app].matchAll(/^# LABELS (\S+) (.*)$/gm))
      found.get(name)!.labels = labels.split(' ').filter(Boolean);
  }
  return [...found].sort(([a], [b]) => a.localeCompare(b));
}

/** What Node and the process say of themselves, by prom-client. */
const OF_NODE = /^(nodejs|process)_/;

/** The page of the metrics, made from what running apps serve. */
export function metricsPage(scrapes: Scrapes): string {
  const metrics = metricsIn(scrapes);
  const rows = (wanted: boolean): string[][] =>
    metrics
      .filter(([name]) => OF_NODE.test(name) === wanted)
      .map(([name, { help, type, labels, apps }]) => [
        `\`${name}\``,
        type,
        labels.map((label) => `\`${label}\``).join(', '),
        help,
        apps.length === APPS.length ? 'all' : apps.join(', '),
      ]);
  const head = ['metric', 'type', 'labels', 'what it says', 'of'];
  return `# Metrics

For Prometheus, at \`/metrics\` of each app's private port: 6110 gateway, 6111 inventory, 6112 notification. Every series also has the label
\`app\`. A histogram has \`_bucket\`, \`_sum\` and \`_count\`; times are seconds. ${MADE}
When to look at which: [Operating](../guides/operate/operating.md#health-and-metrics); what alerts on them mean: [Runbook](../guides/operate/runbook.md).

## Of Stockwire

${table(head, rows(false))}

## Of the process, and of Node

${table(head, rows(true))}
`;
}
