import { DomainError } from '@app/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Duplex } from 'node:stream';

declare module 'fastify' {
  interface FastifyContextConfig {
    upload?: boolean;
  }
}

/** A route that takes a file: its handler gets the body as the stream that it arrives by, and owns its bounds. */
export const TakesUpload = (): MethodDecorator => RouteConfig({ upload: true });

const MEDIA = ['text/csv', 'multipart/form-data'] as const;

/** Connections with an upload under way: it may take longer than any other request, and is given up by its own clock. */
const uploading = new WeakSet<Duplex>();

export function isUploading(socket: Duplex): boolean {
  return uploading.has(socket);
}

/** Marks a connection; returns what takes the mark away. */
export function beginUpload(socket: Duplex): () => void {
  uploading.add(socket);
  return () => uploading.delete(socket);
}

/** Hands the bodies of uploads on as streams, on the routes that take them and on no other. */
export function passUploads(fastify: FastifyInstance): void {
  for (const type of MEDIA) {
    fastify.addContentTypeParser(type, (request: FastifyRequest, payload, done) => {
      if (request.routeOptions.config.upload) done(null, payload);
      else done(new DomainError('unsupported-media-type', 'Send the body as application/json.'));
    });
  }
}
