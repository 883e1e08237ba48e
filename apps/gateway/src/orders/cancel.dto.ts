import { EndOrder } from '@app/contracts';
import { validated } from '../http/validation';

/** The body of a cancellation: it needs no reason. */
export class CancelBody extends EndOrder {
  static read(value: unknown): EndOrder {
    return validated(EndOrder, value === undefined ? {} : value);
  }
}
