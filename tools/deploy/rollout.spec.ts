import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/**
 * Stands for docker: remembers which containers there are (app, version, id, health), writes down what is asked, and fails as
 * many TIMES as is wanted where the command fits FAIL. What it is not asked here it takes without a word.
 */
const DOCKER = String.raw`#!/usr/bin/env bash
line="$*"
echo "$VERSION: $line" >>"$STATE/asked"
add() { for _ in $(seq "$3"); do echo "$1 $2 $((++next)) $4" >>"$STATE/containers"; echo "$next" >"$STATE/next"; done; }
next=$(cat "$STATE/next")
count() { grep -c "^$1 " "$STATE/containers"; }
if [ -n "$FAIL" ] && [[ "$VERSION: $line" =~ $FAIL ]] && [ "$(wc -l <"$STATE/failed")" -lt "$TIMES" ]; then
  echo "$line" >>"$STATE/failed"
  case $line in compose\ up*--scale*) add "\${line##* }" "$VERSION" "$(count "\${line##* }")" 'running unhealthy' ;; esac
  exit 1
fi
case $line in
  'compose ps'*|'ps --all'*) grep "^\${line##*[ =]} " "$STATE/containers" | cut -d' ' -f3 ;;
  inspect*) for id in "\${@:4}"; do grep " $id " "$STATE/containers" | cut -d' ' -f4-; done ;;
  'compose up'*--no-recreate*--scale*) app=\${line##* }; scale=\${line#*--scale "$app"=}; add "$app" "$VERSION" $((\${scale%% *} - $(count "$app"))) 'running healthy' ;;
  'compose up'*inventory*|'compose up'*notification*|'compose up'*gateway*|'compose up --detach --wait'*)
    for app in inventory notification gateway; do
      case $line in *" $app"*|'compose up --detach --wait'*) ;; *) continue ;; esac
      kept=$(grep -m1 "^$app $VERSION .*running healthy" "$STATE/containers"); sed -i "/^$app /d" "$STATE/containers"
      scale=1; case $line in *"--scale $app="*) scale=\${line#*--scale "$app"=} ;; esac
      if [ -n "$kept" ]; then echo "$kept" >>"$STATE/containers"; else add "$app" "$VERSION" "\${scale%% *}" 'running healthy'; fi
    done ;;
  rm*) for id in "\${@:2}"; do sed -i "/ $id /d" "$STATE/containers"; done ;;
  'compose port nginx 6100') echo "$DOOR" ;;
esac
exit 0
`.replaceAll('\\$', '$');

interface Rollout {
  code: number | null;
  said: string;
  asked: string[];
  /** As in `gateway old running healthy`. */
  containers: string[];
  settings: string;
}

describe('a rollout', () => {
  let folder: string;
  let door: Server;
  /** Answers of the door that it has nobody behind it. */
  let nobody = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stockwire-rollout-'));
    cpSync(join(ROOT, 'deploy/rollout.sh'), join(folder, 'current/deploy/rollout.sh'), { recursive: true });
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/docker'), DOCKER, { mode: 0o755 });
    writeFileSync(join(folder, 'bin/sleep'), '#!/bin/sh\n', { mode: 0o755 });
    door = createServer(({ url }, answer) =>
      answer.writeHead(nobody-- > 0 ? 503 : url === '/docs-json' ? 200 : 401).end(),
    );
    await new Promise<void>((listening) => door.listen(0, '127.0.0.1', listening));
  });

  afterAll(() => {
    door.close();
    rmSync(folder, { recursive: true });
  });

  const RUNNING = ['inventory', 'notification', 'gateway', 'gateway'].map((app) => `${app} old running healthy`);

  function rollout(options: {
    fail?: string;
    times?: number;
    settings?: string;
    running?: string[];
  }): Promise<Rollout> {
    const { fail = '', times = 1, settings = 'JWT_SECRET=x\nVERSION=old\n', running = RUNNING } = options;
    const state = mkdtempSync(join(folder, 'state-'));
    const containers = running.map((one, id) => one.replace(/^(\S+ \S+)/, `$1 ${id + 1}`));
    writeFileSync(join(state, 'containers'), containers.map((one) => `${one}\n`).join(''));
    writeFileSync(join(state, 'next'), '100');
    for (const file of ['asked', 'failed']) writeFileSync(join(state, file), '');
    writeFileSync(join(folder, 'current/.env'), settings);
    const env = {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      STATE: state,
      FAIL: fail,
      TIMES: String(times),
      DOOR: `127.0.0.1:${(door.address() as AddressInfo).port}`,
    };
    const script = spawn('bash', [join(folder, 'current/deploy/rollout.sh'), 'new'], { env });
    let said = '';
    for (const stream of [script.stdout, script.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    const linesOf = (file: string): string[] => readFileSync(join(state, file), 'utf8').split('\n').filter(Boolean);
    return new Promise((ended) =>
      script.on('close', (code) =>
        ended({
          code,
          said,
          asked: linesOf('asked'),
          containers: linesOf('containers').map((line) => line.replace(/ \d+ /, ' ')),
          settings: readFileSync(join(folder, 'current/.env'), 'utf8'),
        }),
      ),
    );
  }

  it('makes a backup, replaces one app after the other by as many, and keeps the version', async () => {
    const { code, said, asked, containers, settings } = await rollout({});
    expect([said, code]).toEqual([expect.stringContaining('new runs'), 0]);
    expect(containers).toEqual(RUNNING.map((one) => one.replace('old', 'new')));
    expect(settings).toBe('JWT_SECRET=x\nVERSION=new\n');
    const order = [
      /^new: compose build/,
      /^old: compose run --rm backup/,
      /scale inventory=2/,
      /^new: rm 1$/,
      /scale notification=2/,
      /scale gateway=4/,
      /^new: stop -t 20 3 4$/,
      /exec -T nginx sh .*reload/,
      /exec -T gateway node/,
    ].map((step) => asked.findIndex((line) => step.test(line)));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(asked.at(-1)).toContain('label!=org.opencontainers.image.version=old');
  });

  it.each(['compose build', 'compose run --rm backup'])('changes nothing when this fails: %s', async (fail) => {
    const { code, containers, settings, asked } = await rollout({ fail });
    expect([code, containers, settings]).toEqual([1, RUNNING, 'JWT_SECRET=x\nVERSION=old\n']);
    expect(asked.filter((line) => / up | stop | rm /.test(line))).toEqual([]);
  });

  it.each([
    'compose up .* mongo redis',
    'ps --all .*service=notification',
    'compose up .*--scale inventory=2',
    'compose up .*--scale gateway=4',
    'new: stop',
    'new: rm',
    'compose up .* nginx',
    'nginx sh .*reload',
    'compose port',
    'exec -T inventory node',
    'exec -T gateway node',
  ])('goes back, once, when this fails: %s', async (fail) => {
    const { code, said, containers, settings } = await rollout({ fail });
    expect([said, code]).toEqual([expect.stringContaining('old runs again'), 1]);
    expect(said.match(/back to old/g)).toHaveLength(1);
    expect([...new Set(containers)].sort()).toEqual([...new Set(RUNNING)].sort());
    expect(settings).toBe('JWT_SECRET=x\nVERSION=old\n');
  });

  it('is no failure when the door has just lost those of before', async () => {
    nobody = 1;
    expect(await rollout({})).toMatchObject({ code: 0 });
  });

  it('says when the version of before does not run either', async () => {
    const { code, said } = await rollout({ fail: 'exec -T gateway node', times: 2 });
    expect([said, code]).toEqual([expect.stringContaining('old does not run either'), 1]);
  });

  it('goes back also to what docker compose up has started', async () => {
    const local = RUNNING.map((one) => one.replace('old', 'local'));
    const { said, asked, containers } = await rollout({
      fail: 'nginx sh .*reload',
      settings: 'JWT_SECRET=x\n',
      running: local,
    });
    expect(said).toContain('local runs again');
    expect(asked).toContain('local: compose run --rm backup');
    expect([...new Set(containers)].sort()).toEqual([...new Set(local)].sort());
  });

  it('puts new ones in the place of what is sick, without waiting for that, and of what is gone', async () => {
    const running = ['inventory old running unhealthy', 'inventory old running healthy', 'gateway old running healthy'];
    const { code, containers, asked } = await rollout({ running });
    expect([code, containers.sort()]).toEqual([
      0,
      ['gateway', 'inventory', 'inventory', 'notification'].map((app) => `${app} new running healthy`),
    ]);
    expect(asked.filter((line) => line.includes('--no-recreate'))).toEqual([
      expect.stringContaining('--scale gateway=2'),
    ]);
  });

  it('starts everything where nothing runs, and has nothing to go back to there', async () => {
    const first = await rollout({ running: [], settings: 'JWT_SECRET=x' });
    expect([first.code, first.settings]).toEqual([0, 'JWT_SECRET=x\nVERSION=new\n']);
    expect(first.asked.filter((line) => line.includes('backup'))).toEqual([]);
    const failed = await rollout({ running: [], settings: 'JWT_SECRET=x', fail: 'compose port' });
    expect([failed.code, failed.said]).toEqual([1, expect.stringContaining('nothing to go back to')]);
  });
});
