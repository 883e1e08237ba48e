/** What both systems are filled with. */
export interface Article {
  name: string;
  description: string;
  sku: string;
  category: string;
  tags: string[];
  quantity: number;
  reorderLevel: number;
  unitPrice: number;
}

export function article(number: number): Article {
  const digits = String(number).padStart(6, '0');
  return {
    name: `Article ${digits} of the bench`,
    description: 'Something that is kept on a shelf, sold by the piece and ordered again when few are left.',
    sku: `SKU-${digits}`,
    category: `category ${number % 20}`,
    tags: ['bench', `shelf-${number % 100}`],
    quantity: 1_000,
    reorderLevel: 5,
    unitPrice: 2.55,
  };
}
