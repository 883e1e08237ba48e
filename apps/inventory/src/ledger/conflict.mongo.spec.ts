import { mongo } from 'mongoose';
import { classifyCommit, classifyWrite } from './conflict.mongo';
import { CommitFailure } from './ledger.repository';

function serverError(code: number, message: string, ...labels: string[]): mongo.MongoServerError {
  const error = new mongo.MongoServerError({ message, code });
  labels.forEach((label) => error.addErrorLabel(label));
  return error;
}

const duplicate = (index: string, key: string): mongo.MongoServerError =>
  serverError(11_000, `E11000 duplicate key error collection: stock.${index} dup key: { ${key} }`);

function kindOf(failure: unknown): unknown {
  return failure instanceof CommitFailure ? failure.conflict : failure;
}

describe('what a failed group means', () => {
  it.each([
    [duplicate('ledger index: _id_', '_id: 5'), { kind: 'position' }],
    [duplicate('ledger index: item_seq', 'itemId: "a", seq: 3'), { kind: 'position' }],
    [duplicate('ledger index: reverses', 'links.reverses: 7'), { kind: 'position' }],
    [duplicate('ledger index: operation', 'operationId: "x"'), { kind: 'operation' }],
    [duplicate('outcomes index: _id_', '_id: "x"'), { kind: 'operation' }],
    [duplicate('items index: sku', 'sku: "S"1\\"'), { kind: 'code', field: 'sku', value: 'S"1\\' }],
    [duplicate('items index: barcodes', 'barcodes: "400"'), { kind: 'code', field: 'barcodes', value: '400' }],
    [serverError(112, 'WriteConflict', 'TransientTransactionError'), { kind: 'position' }],
    [serverError(251, 'NoSuchTransaction', 'TransientTransactionError'), { kind: 'position' }],
    [new mongo.MongoNetworkError('closed'), { kind: 'away' }],
  ])('%s', (error, conflict) => expect(kindOf(classifyWrite(error))).toEqual(conflict));

  it('is left to others where it is none of these', () => {
    const bug = serverError(121, 'Document failed validation');
    expect(classifyWrite(bug)).toBe(bug);
  });

  it('is certain after a commit only when the server says that the transaction is gone', () => {
    expect(kindOf(classifyCommit(serverError(251, 'NoSuchTransaction', 'TransientTransactionError')))).toEqual({
      kind: 'position',
    });
    expect(kindOf(classifyCommit(serverError(64, 'waiting', 'UnknownTransactionCommitResult')))).toEqual({
      kind: 'unknown',
    });
    expect(kindOf(classifyCommit(new Error('EPIPE')))).toEqual({ kind: 'unknown' });
  });
});
