import type { RouteDocument } from '../http/documented';

const FILE = { type: 'string', format: 'binary' };

/** The body of a route that takes a file, for the documentation. */
export const FILE_BODY: RouteDocument['body'] = {
  required: true,
  content: {
    'text/csv': { schema: FILE },
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['file'],
        properties: { map: { type: 'string', description: 'As in the query; before the file.' }, file: FILE },
      },
    },
  },
};
