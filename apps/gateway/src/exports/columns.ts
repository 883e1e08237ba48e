import type { Item, LedgerEvent } from '@app/contracts';
import { listCell, type Column } from './csv';

/** `items.csv`; what an import of items takes has the same name there. */
export const ITEM_COLUMNS: readonly Column<Item>[] = [
  { name: 'id', doc: 'The id.', cell: ({ id }) => id },
  { name: 'sku', doc: 'The sku.', cell: ({ sku }) => sku },
  { name: 'name', doc: 'The name.', cell: ({ name }) => name },
  { name: 'description', doc: 'The description.', cell: ({ description }) => description },
  { name: 'category', doc: 'The category.', cell: ({ category }) => category },
  { name: 'tags', doc: 'Separated by `|`.', cell: ({ tags }) => listCell(tags) },
  { name: 'barcodes', doc: 'Separated by `|`.', cell: ({ barcodes }) => listCell(barcodes) },
  { name: 'quantity', doc: 'On hand, over all locations.', cell: ({ quantity }) => quantity },
  { name: 'reserved', doc: 'Of these, reserved.', cell: ({ reserved }) => reserved },
  { name: 'unavailable', doc: 'Of these, not for sale.', cell: ({ unavailable }) => unavailable },
  { name: 'available', doc: 'quantity − reserved − unavailable.', cell: ({ available }) => available },
  { name: 'incoming', doc: 'On its way here.', cell: ({ incoming }) => incoming },
  { name: 'reorderLevel', doc: 'Low stock at or below it.', cell: ({ reorderLevel }) => reorderLevel },
  { name: 'reorderQuantity', doc: 'How many to order.', cell: ({ reorderQuantity }) => reorderQuantity },
  { name: 'unitPrice', doc: 'Price of a piece.', cell: ({ unitPrice }) => unitPrice },
  { name: 'attributes', doc: 'JSON; empty for none.', cell: ({ attributes }) => attributesCell(attributes) },
  { name: 'createdAt', doc: 'RFC 3339.', cell: ({ createdAt }) => createdAt },
  { name: 'updatedAt', doc: 'RFC 3339.', cell: ({ updatedAt }) => updatedAt },
  { name: 'seq', doc: 'Number of its last event.', cell: ({ seq }) => seq },
  { name: 'position', doc: 'Position of its last event.', cell: ({ position }) => position },
];

/** `movements.csv`: one line for each event that moved stock. */
export const MOVEMENT_COLUMNS: readonly Column<LedgerEvent>[] = [
  { name: 'position', doc: 'In the ledger.', cell: ({ position }) => position },
  { name: 'at', doc: 'When it was recorded, RFC 3339.', cell: ({ at }) => at },
  { name: 'effectiveAt', doc: 'When it happened.', cell: ({ effectiveAt }) => effectiveAt },
  { name: 'type', doc: 'Event type.', cell: ({ type }) => type },
  { name: 'itemId', doc: 'The item.', cell: ({ itemId }) => itemId },
  { name: 'sku', doc: 'Its sku then.', cell: ({ sku }) => sku },
  { name: 'name', doc: 'Its name then.', cell: ({ name }) => name },
  { name: 'category', doc: 'Its category then.', cell: ({ category }) => category },
  { name: 'location', doc: 'Where.', cell: ({ location }) => location },
  { name: 'change', doc: 'Of the pieces on hand.', cell: ({ change }) => change.onHand },
  { name: 'quantityBefore', doc: 'On hand before, all locations.', cell: ({ before }) => before.quantity },
  { name: 'quantityAfter', doc: 'On hand after, all locations.', cell: ({ after }) => after.quantity },
  { name: 'availableAfter', doc: 'Available after, all locations.', cell: ({ after }) => after.available },
  { name: 'onHandThere', doc: 'On hand at the location, after.', cell: ({ level }) => level?.onHand },
  { name: 'unitCost', doc: 'Cost of a piece.', cell: ({ unitCost }) => unitCost },
  { name: 'reason', doc: 'Why.', cell: ({ reason }) => reason },
  { name: 'reference', doc: 'For example an invoice.', cell: ({ reference }) => reference },
  { name: 'note', doc: 'A note.', cell: ({ note }) => note },
  { name: 'actor', doc: 'Who: e-mail address or name of an API key.', cell: ({ actor }) => actor.name },
  { name: 'actorId', doc: 'Who: the id.', cell: ({ actor }) => actor.id },
  { name: 'operationId', doc: 'What was booked together.', cell: ({ operationId }) => operationId },
  { name: 'seq', doc: 'Number of the event, of its item.', cell: ({ seq }) => seq },
];

function attributesCell(attributes: Item['attributes']): string {
  return Object.keys(attributes).length === 0 ? '' : JSON.stringify(attributes);
}

/** The columns as a list for the documentation. */
export function describeColumns<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ name, doc }) => `- \`${name}\`: ${doc}`).join('\n');
}
