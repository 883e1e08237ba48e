import { addExamples } from './examples';

describe('the examples of the documents', () => {
  it('are given by name to what has none of its own', () => {
    const properties = {
      itemId: { type: 'string' },
      quantity: { type: 'integer' },
      sku: { type: 'string', example: 'own' },
      note: { type: 'string', nullable: true },
      status: { type: 'string' },
      level: { $ref: '#/components/schemas/Level' },
    };
    addExamples({ Thing: { type: 'object', properties } });
    expect(properties).toEqual({
      itemId: { type: 'string', example: expect.stringMatching(/^[0-9a-f]{24}$/) },
      quantity: { type: 'integer', example: 10 },
      sku: { type: 'string', example: 'own' },
      note: { type: 'string', nullable: true, example: null },
      // A status of HTTP is a number: this is another one.
      status: { type: 'string' },
      level: { $ref: '#/components/schemas/Level' },
    });
  });

  it('may be of one schema, or of it as a whole', () => {
    const properties = { onHand: { type: 'integer' } };
    const schemas = { Change: { type: 'object', properties }, Links: { type: 'object', properties: {} } };
    addExamples(schemas);
    expect(schemas).toMatchObject({ Change: { properties: { onHand: { example: -3 } } }, Links: { example: {} } });
  });
});
