import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { provide } from '../databases/databases';
import { appEnvironment, APPS, appSpec, reachable, type Secrets } from './apps';
import { checkPorts } from './busy';
import { DataDirLock, endOrphans, unusable, usable } from './lock';
import { isTheLogin, loginLines, olderLoginLines } from './login';
import { Output } from './output';
import { loadSecrets, noteLoginShown } from './secrets';
import { HELP, readSettings, type Settings } from './settings';
import { Shutdown } from './shutdown';
import { Supervisor } from './supervisor';

/** When the command was given, and by which process. */
interface Given {
  began: number;
  parent: number;
}

/** `npm start`. Resolves, with the exit code, when everything has ended. */
export async function main(root: string, args: readonly string[], given?: Given): Promise<number> {
  const { began, parent } = given ?? { began: Date.now(), parent: process.ppid };
  if (args.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const output = new Output(process.stdout);
  const shutdown = new Shutdown(output, parent);
  let lock: DataDirLock | undefined;
  let supervisor: Supervisor | undefined;
  try {
    const settings = readSettings(root, args, process.env);
    lock = DataDirLock.acquire(settings.dataDir, (line) => output.say(line, 'warn'));
    supervisor = new Supervisor(output, lock);
    const life = live(settings, lock, supervisor, output, began);
    await Promise.race([life, supervisor.failure, shutdown.asked]);
    return process.exitCode === 1 ? 1 : 0;
  } catch (error) {
    output.say((error as Error).message, 'error');
    return 1;
  } finally {
    if (supervisor) await shutdown.stopAll(supervisor);
    lock?.release();
  }
}

/** Everything up to the last line of the start. Does not resolve: from then on the supervisor is at work. */
async function live(
  settings: Settings,
  lock: DataDirLock,
  supervisor: Supervisor,
  output: Output,
  began: number,
): Promise<never> {
  const { root, dataDir, host, ports } = settings;
  const say = (line: string): void => output.say(line);
  await endOrphans(lock, say);
  await checkPorts(ports, host);
  const { secrets, showLogin } = usable(dataDir, () => loadSecrets(dataDir, process.env));
  const { mongo, redis } = await provide({ dataDir, redisPassword: secrets.redisPassword, say }).catch(
    (error: Error) => {
      throw unusable(dataDir, error);
    },
  );
  const databases = [mongo.spec, redis?.spec].filter((spec) => spec !== undefined);
  await Promise.all(databases.map((spec) => supervisor.start(spec)));
  const uris = { mongodbUri: mongo.uri, redisUrl: redis?.uri };
  const older = showLogin && !(await isTheLogin(mongo.uri, secrets));
  const env = appEnvironment({ base: process.env, host, ports, secrets, dataDir, ...uris });
  await Promise.all(APPS.map((app) => supervisor.start(appSpec(app, env, root))));
  welcome(settings, say);
  if (showLogin) {
    (older ? olderLoginLines(secrets) : loginLines(secrets, dataDir, process.env)).forEach(say);
    noteLoginShown(dataDir);
  }
  say(`ready in ${((Date.now() - began) / 1000).toFixed(1)} s; Ctrl-C stops everything`);
  if (settings.demo) await demo(settings, secrets, output);
  return new Promise<never>(() => {});
}

function welcome({ host, ports }: Settings, say: (line: string) => void): void {
  const at = reachable(host);
  say(`REST API    http://${at}:${ports.GATEWAY_PORT}/api/v1`);
  say(`Swagger UI  http://${at}:${ports.GATEWAY_PORT}/docs`);
  say(`Socket.IO   http://${at}:${ports.NOTIFICATION_PORT}`);
}

interface Demo {
  runDemo: (where: { gatewayUrl: string; notificationUrl: string; email: string; password: string }) => Promise<void>;
}

async function demo({ root, host, ports }: Settings, secrets: Secrets, output: Output): Promise<void> {
  // Loaded only now: a plain start has no use for it.
  const { runDemo } = (await import(pathToFileURL(join(root, 'dist/tools/demo/main.js')).href)) as Demo;
  output.quiet = true;
  try {
    await runDemo({
      gatewayUrl: `http://${reachable(host)}:${ports.GATEWAY_PORT}`,
      notificationUrl: `http://${reachable(host)}:${ports.NOTIFICATION_PORT}`,
      email: secrets.adminEmail,
      password: secrets.adminPassword,
    });
  } catch (error) {
    // The system itself is well: it goes on, with what was loaded so far. How the demo ended is told at the end.
    process.exitCode = 1;
    output.say(`the demo ended early: ${(error as Error).message}`, 'error');
  } finally {
    output.quiet = false;
  }
}
