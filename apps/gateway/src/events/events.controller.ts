import { EventPage, ReadEvents, StreamEvents } from '@app/contracts';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Roles } from '../auth/policy';
import { callerOf } from '../http/caller';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { EventReader } from './event-reader.service';
import { EventStreams } from './event-streams.service';

@ApiTags('events')
@Controller('events')
@Roles('viewer')
export class EventsController {
  constructor(
    private readonly reader: EventReader,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'readEvents', summary: 'Read the ledger on from a position, or wait for what comes' })
  @ApiOkResponse({ type: EventPage })
  async read(@Query() query: ReadEvents, @CurrentExchange() { request, reply }: Exchange): Promise<string> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const { position, json } = await this.reader.read(query, request.id, gone.signal);
    reply.header('content-type', 'application/json; charset=utf-8').header('x-position', position);
    return json;
  }

  @Get('stream')
  @ApiOperation({ operationId: 'streamEvents', summary: 'Events as they happen (SSE)' })
  @ApiProduces('text/event-stream')
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
