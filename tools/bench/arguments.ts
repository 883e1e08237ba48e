import { parseArgs, type ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<Asked extends Options> = ReturnType<typeof parseArgs<{ options: Asked }>>['values'];

const HELP = { help: { type: 'boolean', default: false } } as const;
const NUMBER = /^\d+(\.\d+)?$/;

/**
 * What a bench or a proof was asked for. Asked for help it tells how it is used and ends with 0; asked for what it does not
 * know, with 2: a misspelt option must not pass for a proof.
 * @param options of which one with a number as its default takes a number above 0; a seed may be 0
 */
export function argumentsOf<const Asked extends Options>(usage: string, options: Asked): Values<Asked> {
  try {
    const { values } = parseArgs({ options: { ...options, ...HELP } });
    if (!(values as { help?: boolean }).help) return checked(usage, options, values as Values<Asked>);
  } catch (error) {
    misused(usage, (error as Error).message);
  }
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

function checked<Asked extends Options>(usage: string, options: Asked, values: Values<Asked>): Values<Asked> {
  for (const [name, value] of Object.entries(values)) {
    if (!NUMBER.test(String(options[name]?.default)) || (name === 'seed' && value === '0')) continue;
    if (!NUMBER.test(String(value)) || Number(value) === 0) misused(usage, `--${name} takes a number above 0`);
  }
  return values;
}

export function misused(usage: string, what: string): never {
  process.stderr.write(`${what}\n\n${usage}\n`);
  process.exit(2);
}
