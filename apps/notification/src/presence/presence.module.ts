import { Module } from '@nestjs/common';
import { RealtimeModule } from '../realtime/realtime.module';
import { PresenceGateway } from './presence.gateway';
import { PresenceLink } from './presence-link.service';
import { PresenceService } from './presence.service';

/** Who is in a room, over all notification processes. */
@Module({ imports: [RealtimeModule], providers: [PresenceLink, PresenceService, PresenceGateway] })
export class PresenceModule {}
