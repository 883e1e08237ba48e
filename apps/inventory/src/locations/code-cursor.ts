import { isLocationCode } from '@app/contracts';
import { placeIn, type Question } from '../ledger/bound-cursor';

/** The code that a page in the order of the codes of locations begins after. @throws DomainError `validation` */
export function codeAt(question: Question, cursor: string): string {
  return placeIn(question, cursor, ([code]) => (typeof code === 'string' && isLocationCode(code) ? code : undefined));
}
