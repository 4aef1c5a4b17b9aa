import { maskCardsIn } from '../lib/documents/cards';
import { contentHash } from '../lib/documents/hash';
import { assertDocument } from '../lib/documents/validate';
import { compare, type BenchRow } from './bench';
import { makeOrder } from './order';

export async function run(): Promise<BenchRow[]> {
  const order = makeOrder();
  const text = JSON.stringify(order);
  const size = `${(Buffer.byteLength(text) / 1000).toFixed(1)} kB`;
  const parse = (): unknown => JSON.parse(text);
  return [
    await compare(`check a 20-line order (${size}): schema and money rules`, () => { assertDocument('order', order); }, ['JSON.parse of it', parse], 0.5),
    await compare(`look for card numbers in a 20-line order (${size})`, () => maskCardsIn(order), ['JSON.parse of it', parse], 1),
    await compare(`hash the content of a 20-line order (${size})`, () => contentHash(order), ['JSON.parse of it', parse], 0.3),
  ];
}
