import { Counter, Gauge, type Registry } from 'prom-client';

/** A figure that is looked up when it is asked for. */
export function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  const made: Gauge = new Gauge({ name, help, registers: [registry], collect: () => made.set(value()) });
}

/** A figure that only grows, counted elsewhere by the cheapest means, and looked up when it is asked for. */
export function total<Label extends string>(
  registry: Registry,
  { name, help, label }: { name: string; help: string; label: Label },
  values: () => Record<string, number>,
): void {
  const made: Counter<Label> = new Counter({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect: () => {
      made.reset();
      for (const [key, value] of Object.entries(values())) made.inc({ [label]: key } as Record<Label, string>, value);
    },
  });
}
