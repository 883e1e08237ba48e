import { styleText } from 'node:util';

type Fields = Record<string, unknown>;

const NUMBERED: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const COLOURS = { warn: 'yellow', error: 'red', fatal: 'red', info: 'green' } as const;
/** Said elsewhere on the line, or of no use to a person in front of it. */
const LEFT_OUT = new Set(['level', 'time', 'app', 'name', 'msg', 'pid', 'hostname', 'v', 'err', 'stack']);
const LOUD = new Set(['warn', 'error', 'fatal']);

/** One line of an app as a JSON line that names the app; what is not JSON becomes a message. */
export function jsonLine(app: string, line: string, now: Date): string {
  const fields = parse(line);
  if (!fields) return JSON.stringify({ level: 'info', time: now.toISOString(), app, msg: line });
  return 'app' in fields ? line : JSON.stringify({ app, ...fields });
}

/** The same for a person: time, level, app, message, then the other fields. */
export function prettyLine(app: string, line: string, now: Date): string {
  const fields = parse(line);
  if (!fields) return prettyLine(app, JSON.stringify({ msg: line }), now);
  const level = levelOf(fields);
  const time = new Date(typeof fields.time === 'string' || typeof fields.time === 'number' ? fields.time : now);
  const colour = COLOURS[level as keyof typeof COLOURS] ?? 'gray';
  const rest = Object.entries(fields)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const said = typeof fields.msg === 'string' ? fields.msg : '';
  const head = `${styleText('gray', clock(time))} ${styleText(colour, level.padEnd(5))} ${app.padEnd(12)} ${said}`;
  return `${head}${rest ? ` ${styleText('gray', rest)}` : ''}${stackOf(fields)}`;
}

export function isLoud(line: string): boolean {
  const fields = parse(line);
  return !fields || LOUD.has(levelOf(fields));
}

function parse(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Fields;
  } catch {
    return undefined;
  }
}

function levelOf({ level }: Fields): string {
  return typeof level === 'number' ? (NUMBERED[level] ?? 'info') : typeof level === 'string' ? level : 'info';
}

function clock(time: Date): string {
  return Number.isNaN(time.getTime()) ? '--:--:--' : time.toTimeString().slice(0, 8);
}

function stackOf({ err, stack }: Fields): string {
  const text = (err as { stack?: unknown } | undefined)?.stack ?? stack;
  return typeof text === 'string' ? `\n${text.replace(/^/gm, '    ')}` : '';
}

/** Where everything goes that the launcher and the apps have to say. */
export class Output {
  /** While something else draws on the terminal, only warnings and errors come through. */
  quiet = false;
  private readonly line: typeof jsonLine;

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.line = stream.isTTY ? prettyLine : jsonLine;
  }

  /** The launcher's own words. */
  say = (msg: string, level: 'info' | 'warn' | 'error' = 'info'): void => {
    if (this.stream.isTTY && level === 'info') this.write(msg);
    else
      this.write(this.line('launcher', JSON.stringify({ level, time: new Date(), app: 'launcher', msg }), new Date()));
  };

  app = (name: string, line: string): void => {
    if (!this.quiet || isLoud(line)) this.write(this.line(name, line, new Date()));
  };

  private write(line: string): void {
    this.stream.write(`${line}\n`);
  }
}
