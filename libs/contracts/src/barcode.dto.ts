import { Code, OneOf } from './fields';
import { LIMITS } from './limits';

/** Symbologies of barcode images. */
export const BARCODE_TYPES = ['code128', 'code39', 'ean13', 'ean8', 'upca', 'itf14', 'qrcode', 'datamatrix'] as const;
export type BarcodeType = (typeof BARCODE_TYPES)[number];

/** `GET /items/:id/barcode.svg`. */
export class DrawBarcode {
  @OneOf(BARCODE_TYPES, { optional: true, default: 'code128' })
  type?: BarcodeType;

  @Code({
    max: LIMITS.barcode,
    optional: true,
    description: 'One of the barcodes of the item, or its sku. Without it: its first barcode, else its sku.',
    example: '4006381333931',
  })
  code?: string;
}
