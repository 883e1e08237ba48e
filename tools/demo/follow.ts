import type { ClientToServerEvents, ImportJob, ImportProgress, ServerToClientEvents } from '@app/contracts';
import type { Socket } from 'socket.io-client';
import type { Api } from './api';

type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** Nothing heard of a running import for so long: the socket is away, or the import waits. Then REST is asked. */
const SILENT_MS = 1_000;

/** Follows an import to its end: by the socket, and by REST while nothing is heard there. */
export async function followImport(
  { api, socket }: { api: Api; socket: ClientSocket },
  begun: ImportProgress,
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportJob> {
  const { id } = begun;
  let latest = begun;
  let wake = (): void => undefined;
  const take = (progress: ImportProgress): void => {
    if (progress.id !== id) return;
    latest = progress;
    onProgress(progress);
    wake();
  };
  const watch = (): void => {
    socket.emit('watchImport', { id }, (reply) => {
      if (reply.ok) take(reply.import);
    });
  };
  const ask = async (): Promise<ImportJob> => (await api.patiently<ImportJob>({ path: `/imports/${id}` })).body;
  socket.on('import', take).on('connect', watch);
  if (socket.connected) watch();
  try {
    while (latest.status === 'queued' || latest.status === 'running') {
      const heard = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), SILENT_MS);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      if (!heard) take(await ask());
    }
    return await ask();
  } finally {
    socket.off('import', take).off('connect', watch);
  }
}
