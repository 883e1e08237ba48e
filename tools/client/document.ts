import type { OpenAPIObject } from '@nestjs/swagger';
import { socketSchemas } from '../../apps/gateway/src/http/asyncapi';
import { documentOf } from '../../apps/gateway/src/http/openapi';
import { gatewayPreview, PREFIX } from '../docs/gateway';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** What the client is made from: the routes below their prefix, each once, and the schemas of REST and of the sockets. */
export async function clientDocument(): Promise<OpenAPIObject> {
  const app = await gatewayPreview();
  const document = documentOf(app);
  return {
    ...document,
    paths: pathsOf(document),
    components: { ...document.components, schemas: { ...document.components?.schemas, ...socketSchemas(app) } },
  };
}

/** The second names of routes are for people who know them from elsewhere. */
function pathsOf({ paths }: OpenAPIObject): OpenAPIObject['paths'] {
  const routes = Object.entries(paths).filter(([, item]) =>
    METHODS.every((method) => !item[method]?.operationId?.endsWith('Alias')),
  );
  for (const [, item] of routes) for (const method of METHODS) if (item[method]) withAnswers(item[method]);
  return Object.fromEntries(routes.map(([path, item]) => [path.replace(PREFIX, ''), item]));
}

/** Refusals are thrown, all as the same Problem: repeated at every route they are nine tenths of the types. */
function withAnswers(operation: Operation): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!status.startsWith('2')) delete operation.responses[status];
    else if (response && 'headers' in response) delete response.headers;
  }
}

/** `METHOD /path` of the routes that an Idempotency-Key makes safe to repeat. */
export function keyedRoutes({ paths }: OpenAPIObject): string[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) =>
      item[method]?.parameters?.some((parameter) => 'name' in parameter && parameter.name === 'Idempotency-Key'),
    ).map((method) => `${method.toUpperCase()} ${path}`),
  );
}
