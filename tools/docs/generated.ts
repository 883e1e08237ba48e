import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { asyncApiOf } from '../../apps/gateway/src/http/asyncapi';
import { errorsPage } from './errors';
import { eventsPage } from './events';
import { allSettings, exampleFile, settingsPage } from './settings';

/** Where `npm start` has its sockets; a running gateway names its own. */
export const SOCKETS = new URL('http://127.0.0.1:6102');

@Module({})
class Empty {}

/** The parts of the documentation that are made from code, by their path: all that needs neither routes nor running apps. */
export async function generated(): Promise<Record<string, string>> {
  const settings = allSettings();
  const app = await NestFactory.create(Empty, new FastifyAdapter(), { logger: false, preview: true });
  return {
    '.env.example': exampleFile(settings),
    'docs/reference/settings.md': settingsPage(settings),
    'docs/reference/errors.md': errorsPage(),
    'docs/reference/events.md': eventsPage(app),
    'docs/reference/asyncapi.json': json(asyncApiOf(app, SOCKETS)),
  };
}

export function json(document: object): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}
