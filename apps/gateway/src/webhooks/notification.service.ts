import { TcpClient } from '@app/common';
import type { OnApplicationShutdown } from '@nestjs/common';

/** The connection to the notification app. It is opened by the first call. */
export class Notification extends TcpClient implements OnApplicationShutdown {
  onApplicationShutdown(): void {
    this.close();
  }
}
