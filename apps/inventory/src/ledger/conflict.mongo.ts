import { mongo } from 'mongoose';
import { CommitFailure, type Conflict } from './ledger.repository';

const DUPLICATE = 11_000;
const WRITE_CONFLICT = 112;

/** What a failed write of a transaction means. Nothing was committed: the commit had not been sent. */
export function classifyWrite(error: unknown): unknown {
  const conflict = conflictOf(error);
  return conflict ? new CommitFailure(conflict, error) : error;
}

/** What a failed commit means. Only the server's word that the transaction is gone makes it certain that it was not committed. */
export function classifyCommit(error: unknown): unknown {
  const gone =
    error instanceof mongo.MongoServerError &&
    error.hasErrorLabel('TransientTransactionError') &&
    !error.hasErrorLabel('UnknownTransactionCommitResult');
  return new CommitFailure({ kind: gone ? 'position' : 'unknown' }, error);
}

function conflictOf(error: unknown): Conflict | undefined {
  if (!(error instanceof mongo.MongoError)) return undefined;
  if (error.code === DUPLICATE) return duplicateOf(error);
  // Another writer has the position in a transaction of its own, or has just committed it.
  if (error.code === WRITE_CONFLICT) return { kind: 'position' };
  if (isAway(error)) return { kind: 'away' };
  if (error.hasErrorLabel('TransientTransactionError')) return { kind: 'position' };
  return undefined;
}

/** The index named in the message tells which promise was about to be broken, and the value in it by whom. */
function duplicateOf({ message }: mongo.MongoError): Conflict | undefined {
  const [, collection = '', index = ''] = /collection: \S+?\.(\S+) index: (\S+)/.exec(message) ?? [];
  if (index === 'sku' || index === 'barcodes') return { kind: 'code', field: index, value: valueIn(message) };
  if (index === 'operation' || collection === 'outcomes') return { kind: 'operation' };
  // A reversal of what somebody has just reversed is one, too: looked at again, it is refused.
  if (index === '_id_' || index === 'item_seq' || index === 'reverses') return { kind: 'position' };
  return undefined;
}

/** The server does not escape it, so everything up to the last quotation mark is the value. */
function valueIn(message: string): string {
  return /dup key: \{ \w+: "(.*)" \}/s.exec(message)?.[1] ?? '';
}

function isAway(error: mongo.MongoError): boolean {
  return (
    error instanceof mongo.MongoNetworkError ||
    error instanceof mongo.MongoServerSelectionError ||
    error instanceof mongo.MongoNotConnectedError ||
    error instanceof mongo.MongoTopologyClosedError ||
    error.hasErrorLabel('RetryableWriteError')
  );
}
