import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'undici';
import { temporaryFolder } from './databases';
import { guardProcess, releaseProcess } from './reaper';

const PLACES = [
  process.env.CHROMIUM_BIN ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
/** A Chromium of this machine; undefined where there is none. */
export const CHROMIUM = PLACES.find((path) => path !== '' && existsSync(path));

const WITHIN_MS = 60_000;

type Answer = { id?: number; error?: { message: string }; result?: Record<string, unknown> };

/** One page in a real Chromium, driven over its DevTools protocol: what a page needs of a library is little. */
export class Browser {
  /** What the page wrote to its console as errors, its refused requests among them. */
  readonly errors: string[] = [];
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private session = '';
  private last = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly socket: WebSocket,
  ) {
    socket.addEventListener('message', ({ data }) => this.take(JSON.parse(String(data)) as Answer));
  }

  static async open(url: string): Promise<Browser> {
    const profile = await temporaryFolder();
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
    const child = spawn(
      CHROMIUM ?? 'chromium',
      [...flags, '--window-size=1280,900', `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'],
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    guardProcess(child.pid ?? 0);
    const socket = new WebSocket(await endpointOf(child));
    await once(socket as unknown as EventTarget, 'open');
    const browser = new Browser(child, socket);
    await browser.attach();
    await browser.send('Page.navigate', { url });
    return browser;
  }

  /** The value of an expression in the page, which may be a promise. */
  async eval<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as { result: { value: Value }; exceptionDetails?: object };
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** Resolves once an expression is true in the page. */
  async until(expression: string): Promise<void> {
    const end = Date.now() + WITHIN_MS;
    // A page that is just being replaced by the next one answers with an error.
    while (!(await this.eval<boolean>(`Boolean(${expression})`).catch(() => false))) {
      if (Date.now() > end) throw new Error(`${expression} did not become true\n${this.errors.join('\n')}`);
      await sleep(20);
    }
  }

  /** Types into the field that a label names, as a person would. */
  async fill(selector: string, text: string): Promise<void> {
    await this.eval(`document.querySelector(${JSON.stringify(selector)}).focus()`);
    await this.eval(`document.activeElement.select?.()`);
    await this.send('Input.insertText', { text });
  }

  async press(key: 'Enter' | 'Tab'): Promise<void> {
    const code = { Enter: 13, Tab: 9 }[key];
    const event = { key, code: key, windowsVirtualKeyCode: code, ...(key === 'Enter' && { text: '\r' }) };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  async colourScheme(value: 'light' | 'dark'): Promise<void> {
    await this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
  }

  async screenshot(): Promise<Buffer> {
    const { data } = (await this.send('Page.captureScreenshot')) as { data: string };
    return Buffer.from(data, 'base64');
  }

  async close(): Promise<void> {
    const { pid } = this.child;
    const ended = this.child.exitCode === null ? once(this.child, 'exit') : undefined;
    await this.send('Browser.close').catch(() => undefined);
    await ended;
    if (pid !== undefined) releaseProcess(pid);
  }

  private async attach(): Promise<void> {
    const { targetInfos } = (await this.send('Target.getTargets')) as {
      targetInfos: { type: string; targetId: string }[];
    };
    const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
    const { sessionId } = (await this.send('Target.attachToTarget', { targetId, flatten: true })) as {
      sessionId: string;
    };
    this.session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Log']) await this.send(`${domain}.enable`);
  }

  private async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.last;
    const sessionId = /^(Target|Browser)\./.test(method) ? {} : { sessionId: this.session };
    const answered = new Promise<Answer>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${method} was not answered`)), WITHIN_MS);
      this.waiting.set(id, (answer) => {
        clearTimeout(late);
        resolve(answer);
      });
    });
    this.socket.send(JSON.stringify({ id, method, params, ...sessionId }));
    const { error, result = {} } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  private take(message: Answer & { method?: string; params?: unknown }): void {
    if (message.id !== undefined) {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
    } else if (message.method === 'Runtime.exceptionThrown' || message.method === 'Log.entryAdded') {
      this.errors.push(JSON.stringify(message.params));
    }
  }
}

/** Chromium says where its DevTools listen. */
async function endpointOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  if (!child.stderr) throw new Error('no stderr');
  for await (const line of createInterface(child.stderr)) {
    const endpoint = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (endpoint !== undefined) {
      child.stderr.resume();
      return endpoint;
    }
    said.push(line);
  }
  throw new Error(`Chromium ended:\n${said.join('\n')}`);
}
