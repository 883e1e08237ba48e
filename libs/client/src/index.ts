export type { Change, Cursor, Status } from './feed';
export type { Item, StockEvent } from './item';
export { StockwireProblem, type ErrorCode, type Problem } from './problem.errors';
export type { Rest } from './rest.client';
export type { components, paths } from './schema';
export type { Credentials } from './session';
export { Stockwire, type StockwireOptions } from './stockwire.client';
export type { FollowOptions, Subscription } from './subscription';
export type { TokenStorage } from './tokens';
