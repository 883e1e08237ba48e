import type { ErrorCode } from '@app/contracts';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problemResponse } from './documented';
import { addExamples } from './examples';
import { pathSchema } from './path-id';
import { ProblemDetails } from './problem.dto';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const ABOUT = `Stock as a ledger that you can subscribe to: every change is one numbered event, and every follower reads the same numbers.

Log in with \`POST /auth/login\`, press **Authorize** and paste the \`accessToken\`. Errors are RFC 9457 problem details; what
changes stock or items takes an \`Idempotency-Key\`, which makes it safe to repeat, and \`?dryRun=true\`.`;

/** The OpenAPI document of all routes. */
export function documentOf(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Stockwire')
    .setDescription(ABOUT)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'api-key')
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('api-key')
    .addTag('auth', 'Log in, refresh, log out')
    .addTag('items', 'What is in stock')
    .addTag('movements', 'Stock that comes, goes and is counted')
    .addTag('reservations', 'Stock promised to somebody')
    .addTag('transfers', 'Goods on their way to another location')
    .addTag('expectations', 'Goods ordered, and on their way here')
    .addTag('stocktakes', 'Whole shelves counted, and what differs booked')
    .addTag('locations', 'Where stock can be')
    .addTag('reports', 'What it is worth, and what to order')
    .addTag('events', 'The ledger, read and followed')
    .addTag('webhooks', 'Events, delivered by HTTP')
    .addTag('ledger', 'Proof that it adds up')
    .addTag('exports', 'All of it in one file')
    .addTag('imports', 'Files that are booked row by row')
    .addTag('users', 'Who may log in')
    .addTag('api-keys', 'Keys for machines')
    .build();
  return completed(SwaggerModule.createDocument(app, config, { extraModels: [ProblemDetails] }));
}

/** Serves the document at `/docs-json` and Swagger UI at `/docs`. */
export function serveDocument(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => documentOf(app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'Stockwire API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}

/** Adds what holds for every route, so that no route can forget it, and gives the aliases names of their own. */
function completed(document: OpenAPIObject): OpenAPIObject {
  addExamples(document.components?.schemas ?? {});
  const names = new Map<string, string>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (!operation) continue;
      addProblems(operation, path, method !== 'get');
      for (const parameter of operation.parameters ?? [])
        if ('in' in parameter && parameter.in === 'path')
          Object.assign(parameter.schema ?? {}, pathSchema(path, parameter.name));
      nameAlias(operation, `${method.toUpperCase()} ${path}`, names);
    }
  }
  return document;
}

function addProblems(operation: Operation, path: string, writes: boolean): void {
  const groups: ErrorCode[][] = [
    ['validation'],
    ['rate-limited'],
    ['internal'],
    ['unavailable', 'overloaded'],
    ['timeout'],
  ];
  if (operation.security?.length !== 0) groups.push(['unauthenticated'], ['forbidden']);
  // Also where no body is wanted: one that comes all the same is read first.
  if (writes) groups.push(['too-large'], ['unsupported-media-type']);
  if (path.includes('{')) groups.push(['not-found']);
  for (const codes of groups) {
    const { status, ...response } = problemResponse(codes);
    operation.responses[String(status)] ??= response;
  }
}

/** Generators name a method after each operationId, so a route that has two paths needs two. */
function nameAlias(operation: Operation, route: string, names: Map<string, string>): void {
  const name = operation.operationId ?? route;
  const plain = names.get(name);
  if (plain === undefined) {
    names.set(name, route);
    return;
  }
  operation.operationId = `${name}Alias`;
  operation.summary = `${operation.summary} (also \`${plain}\`)`;
  names.set(operation.operationId, route);
}
