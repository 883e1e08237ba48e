import { collection } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Gauge, type Registry } from 'prom-client';

/** Row of `meta` in which a backup notes that it was made. */
export const LAST_BACKUP = 'backup';

/** When the last backup was made, so that one that fails silently is noticed. */
@Injectable()
export class LastBackup {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** Looked up in the database when it is asked for. While that does not answer, the last answer stands. */
  measure(registry: Registry): void {
    const gauge: Gauge = new Gauge({
      name: 'stockwire_backup_timestamp_seconds',
      help: 'When the last backup was begun, in seconds since 1970; 0 when there was none.',
      registers: [registry],
      collect: async () => {
        const at = await this.at().catch(() => undefined);
        if (at !== undefined) gauge.set(at.getTime() / 1_000);
      },
    });
  }

  private async at(): Promise<Date> {
    const meta = collection<{ _id: string; at: Date }>(this.connection, 'meta');
    return (await meta.findOne({ _id: LAST_BACKUP }))?.at ?? new Date(0);
  }
}
