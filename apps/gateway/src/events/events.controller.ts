import { EventPage, ReadEvents, StreamEvents } from '@app/contracts';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Roles } from '../auth/policy';
import { callerOf } from '../http/caller';
import { minPositionOf } from '../http/operation';
import { Reads } from '../http/documented';
import { EVENT } from '../http/examples';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { EventReader } from './event-reader.service';
import { EventStreams } from './event-streams.service';

const STREAMED = `id: ${EVENT.epoch}:${EVENT.position}\ndata: ${JSON.stringify(EVENT)}\n\n`;

@ApiTags('events')
@Controller('events')
@Roles('viewer')
export class EventsController {
  constructor(
    private readonly reader: EventReader,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @Reads({
    id: 'readEvents',
    summary: 'Read the ledger on from a position, or wait for what comes',
    description:
      'Send the `position` of an answer as the next `after`, and its `epoch` with it, so that nothing is missed.',
    answer: EventPage,
    refuses: ['epoch-changed'],
  })
  async read(@Query() query: ReadEvents, @CurrentExchange() { request, reply }: Exchange): Promise<string> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const { position, json } = await this.reader.read(query, {
      requestId: request.id,
      minPosition: minPositionOf(request.headers),
      gone: gone.signal,
    });
    reply.header('content-type', 'application/json; charset=utf-8').header('x-position', position);
    return json;
  }

  @Get('stream')
  @ApiOperation({
    operationId: 'streamEvents',
    summary: 'Events as they happen (server-sent events)',
    description:
      'Each event has `id: <epoch>:<position>` and an Event as `data`. A stream that cannot be continued sends `event: reset` ' +
      'with `{epoch, position}`, and goes on from there.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    description: 'Go on after this `<epoch>:<position>`; browsers send it by themselves.',
  })
  @ApiOkResponse({
    description: 'The stream.',
    content: { 'text/event-stream': { schema: { type: 'string', example: STREAMED } } },
  })
  stream(@Query() query: StreamEvents, @CurrentExchange() { request }: Exchange, @Res() reply: FastifyReply): void {
    const body = this.streams.begin(callerOf(request), query, lastEventIdOf(request.headers), request.id);
    // Ends at once where nobody would read it.
    if (request.method === 'HEAD') body.destroy();
    void reply
      .headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      .send(request.method === 'HEAD' ? undefined : body);
  }
}

function lastEventIdOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' ? id : undefined;
}
