import { DomainError, invalid } from '@app/common';
import type { BarcodeType, DrawBarcode, Item } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';

/** What an image shows: all that it depends on. */
export interface Barcode {
  type: BarcodeType;
  code: string;
}

/** Drawing one costs milliseconds, and the same labels are printed again and again. */
const KEPT = { max: 300, maxSize: 4 * 1024 * 1024 };
/** Part of the ETag: to be raised when images change their looks. */
const EDITION = 1;
const LOOKS = { scale: 2, paddingwidth: 5, paddingheight: 5, backgroundcolor: 'ffffff' } as const;
/** Bars are as tall as this many millimetres, with the code below them in letters. */
const BARS = { height: 12, includetext: true, textxalign: 'center' } as const;
const SQUARE: readonly BarcodeType[] = ['qrcode', 'datamatrix'];

/** Exactly these: the library would add a missing check digit, and the image would be of another code than the item's. */
const DIGITS: Partial<Record<BarcodeType, number>> = { ean13: 13, ean8: 8, upca: 12, itf14: 14 };

/** Draws the barcodes of items. */
@Injectable()
export class Barcodes {
  private readonly images = new LRUCache<string, string>({ ...KEPT, sizeCalculation: (svg) => svg.length });

  /**
   * As an SVG of nothing but shapes, the text included: there is nothing in it that could run.
   * @throws DomainError `validation` for a code that its type cannot show; `field` is what is called wrong
   */
  async draw({ type, code }: Barcode, field: string): Promise<string> {
    const key = `${type} ${code}`;
    const known = this.images.get(key);
    if (known !== undefined) return known;
    const digits = DIGITS[type];
    if (digits !== undefined && !(code.length === digits && /^\d+$/.test(code)))
      throw invalid(field, `does not fit: ${type} shows ${digits} digits, not ${code}`);
    const image = await drawn({ type, code }, field);
    this.images.set(key, image);
    return image;
  }
}

async function drawn({ type, code }: Barcode, field: string): Promise<string> {
  // A megabyte of PostScript turned into JavaScript: loaded when the first image is asked for.
  const { toSVG } = await import('bwip-js');
  try {
    return toSVG({ bcid: type, text: code, ...LOOKS, ...(!SQUARE.includes(type) && BARS) });
  } catch (error) {
    // The library throws for nothing but codes that do not fit, and says why behind a name of its own.
    const why = error instanceof Error ? error.message.replace(/^bwipp\.[^:]*: /, '') : 'it cannot be shown';
    throw invalid(field, `does not fit: ${type} cannot show ${code}: ${why}`);
  }
}

/**
 * Which of an item's codes is to be shown, and how.
 * @throws DomainError `not-found` when it is none of the item's, or the item has none
 */
export function barcodeOf({ id, sku, barcodes }: Item, { type = 'code128', code }: DrawBarcode): Barcode {
  const codes = sku === null ? barcodes : [...barcodes, sku];
  const chosen = code === undefined ? codes[0] : codes.find((own) => own === code);
  if (chosen !== undefined) return { type, code: chosen };
  throw new DomainError(
    'not-found',
    code === undefined
      ? `The item ${id} has neither a barcode nor a sku.`
      : `${code} is neither a barcode of the item ${id} nor its sku.`,
    { itemId: id },
  );
}

export function etagOfBarcode({ type, code }: Barcode): string {
  return `"${EDITION}-${type}-${createHash('sha256').update(code).digest('base64url').slice(0, 22)}"`;
}
