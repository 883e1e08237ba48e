import type { RouteDocument } from '../http/documented';

const FILE = { type: 'string', format: 'binary' };

const MAP = { type: 'string', description: 'As in the query; before the file.', example: 'Artikel:sku,Menge:quantity' };

/** The body of a route that takes a file such as `example`, for the documentation. */
export function fileBody(example: string): RouteDocument['body'] {
  return {
    required: true,
    content: {
      'text/csv': { schema: FILE, example },
      'multipart/form-data': {
        schema: { type: 'object', required: ['file'], properties: { map: MAP, file: FILE } },
      },
    },
  };
}
