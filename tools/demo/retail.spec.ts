import { isStock, planOf, readLines, retailFile, type InvoiceLine } from './retail';

function line(over: Partial<InvoiceLine>): InvoiceLine {
  return {
    invoice: '1',
    code: '10001',
    description: 'A CUP',
    quantity: 1,
    at: '2010-12-01T08:00:00Z',
    unitPrice: 2.5,
    ...over,
  };
}

describe('the plan of the retail data', () => {
  it('opens with as much as is ever missing, and no more', () => {
    const lines = [line({ quantity: 3 }), line({ invoice: 'C2', quantity: -2 }), line({ quantity: 6 })];
    const { opening, expected } = planOf(lines);
    expect(opening).toMatchObject([{ sku: '10001', type: 'receive', quantity: 7 }]);
    expect(expected.quantities.get('10001')).toBe(0);
  });

  it('opens with nothing where nothing is ever missing', () => {
    expect(planOf([line({ invoice: 'C1', quantity: -2 })]).opening).toEqual([]);
  });

  it('tells sales, cancellations and write-offs apart', () => {
    const lines = [
      line({ quantity: 3 }),
      line({ invoice: 'C2', quantity: -2 }),
      line({ quantity: -1, description: '' }),
    ];
    const { movements, expected } = planOf(lines);
    expect(movements.map(({ type, quantity, reason }) => [type, quantity, reason])).toEqual([
      ['issue', 3, 'sale'],
      ['return', 2, 'cancellation'],
      ['write_off', 1, 'correction'],
    ]);
    expect(expected).toMatchObject({ opening: 3, sold: 3, returned: 2, writtenOff: 1 });
    expect(expected.quantities.get('10001')).toBe(1);
  });

  it('leaves postage, fees and vouchers out', () => {
    const codes = ['POST', 'D', 'm', 'C2', 'DOT', 'BANK CHARGES', 'AMAZONFEE', 'gift_0001_40'];
    expect(codes.filter(isStock)).toEqual([]);
    expect(['85123A', '22139', '84509c', 'DCGS0076'].filter(isStock)).toHaveLength(4);
    expect(planOf([line({ code: 'POST' })]).items).toEqual([]);
  });

  it('names an item by its commonest description', () => {
    const lines = ['?', 'A CUP', '', 'A CUP', ''].map((description) => line({ description }));
    expect(planOf(lines).items).toMatchObject([{ sku: '10001', name: 'A CUP' }]);
    expect(planOf([line({ description: '' })]).items).toMatchObject([{ name: '10001' }]);
  });

  it('never sells what is not there, over the whole file', async () => {
    const lines = await readLines(retailFile());
    const { items, opening, movements, expected } = planOf(lines);
    expect(lines).toHaveLength(42_481);
    const stock = new Map(items.map(({ sku }) => [sku, 0]));
    for (const { sku = '', type, quantity } of [...opening, ...movements]) {
      const after = (stock.get(sku) ?? Number.NaN) + (type === 'receive' || type === 'return' ? quantity : -quantity);
      if (!(after >= 0)) throw new Error(`${sku}: ${after}`);
      stock.set(sku, after);
    }
    expect(stock).toEqual(expected.quantities);
    const total = [...stock.values()].reduce((sum, quantity) => sum + quantity, 0);
    expect(expected.opening + expected.returned - expected.sold - expected.writtenOff).toBe(total);
  });
});
