import type { EventText, PageInfo } from '@app/contracts';
import type { FastifyReply } from 'fastify';

/** A page whose entries come as the text that goes out: parsing them only to write them again would cost more than finding them. */
export function pageText(
  reply: FastifyReply,
  { data, page, position }: { data: string; page: PageInfo; position: number },
): string {
  reply.header('x-position', position).header('content-type', 'application/json; charset=utf-8');
  return `{"data":${data},"page":${JSON.stringify(page)},"position":${position}}`;
}

/** The list of events as JSON. */
export function textsOf(events: readonly EventText[]): string {
  return `[${events.map(({ json }) => json).join()}]`;
}
