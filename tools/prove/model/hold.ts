import { add, type Shelf } from './shelf';

interface HeldLine {
  itemId: string;
  location: string;
  open: number;
  fulfilled: number;
}

/** A reservation on paper. */
export interface Held {
  id: string;
  status: string;
  /** Milliseconds; endless for an order. */
  until: number;
  lines: HeldLine[];
}

interface Wanted {
  itemId: string;
  location?: string;
  quantity: number;
}

export function isOpen({ status }: Held): boolean {
  return status === 'held' || status === 'committed';
}

/** What lines want of each item and place together. */
export function summed(lines: readonly Wanted[]): Required<Wanted>[] {
  const sums: Required<Wanted>[] = [];
  for (const { itemId, location = 'main', quantity } of lines) {
    const same = sums.find((sum) => sum.itemId === itemId && sum.location === location);
    if (same) same.quantity += quantity;
    else sums.push({ itemId, location, quantity });
  }
  return sums;
}

/** The shelves of all items, for what is done to a hold. */
export interface Shelves {
  shelfOf(itemId: string): Shelf;
  setShelf(itemId: string, shelf: Shelf): void;
}

/** What is open goes back to the shelves, and it is over. */
export function end(hold: Held, status: 'expired' | 'released', shelves: Shelves): void {
  for (const line of hold.lines) {
    if (line.open > 0) change(shelves, line, { reserved: -line.open });
    line.open = 0;
  }
  hold.status = status;
}

/** A note on each line that is still open: nothing moves. */
export function note(hold: Held, shelves: Shelves): void {
  for (const line of hold.lines) if (line.open > 0) change(shelves, line, {});
}

/** Takes pieces of a line off the shelf. */
export function take(hold: Held, { itemId, location, quantity }: Required<Wanted>, shelves: Shelves): void {
  const line = lineAt(hold, itemId, location);
  if (!line) throw new Error('there is no such line to take from');
  line.open -= quantity;
  line.fulfilled += quantity;
  change(shelves, line, { onHand: -quantity, reserved: -quantity });
  if (hold.lines.every(({ open }) => open === 0)) hold.status = 'fulfilled';
}

export function openOf(hold: Held, itemId: string, location: string): number {
  return lineAt(hold, itemId, location)?.open ?? 0;
}

function lineAt({ lines }: Held, itemId: string, location: string): HeldLine | undefined {
  return lines.find((line) => line.itemId === itemId && line.location === location);
}

function change(shelves: Shelves, { itemId, location }: HeldLine, by: Parameters<typeof add>[2]): void {
  shelves.setShelf(itemId, add(shelves.shelfOf(itemId), location, by));
}
