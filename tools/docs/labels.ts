import { Registry } from 'prom-client';

/** Metrics with what they may be labelled by; prom-client's own types leave that out. */
interface Labelled {
  name: string;
  labelNames?: readonly string[];
}

// Loaded into an app by `node --require`, for the page of the metrics: a scrape then also names the labels, which otherwise are
// to be seen only where something was observed.
// oxlint-disable-next-line typescript/unbound-method -- it is called with its registry below
const { metrics } = Registry.prototype;
Registry.prototype.metrics = async function (this: Registry) {
  const labels = (this.getMetricsAsArray() as Labelled[]).map(
    ({ name, labelNames = [] }) => `# LABELS ${name} ${labelNames.join(' ')}\n`,
  );
  return `${await metrics.call(this)}${labels.join('')}`;
};
