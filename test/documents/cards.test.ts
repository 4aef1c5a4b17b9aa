import assert from 'node:assert/strict';
import fc from 'fast-check';
import { maskCards, maskCardsIn, maskCardsInJson } from '../../lib/documents/cards';

/** Test numbers that card schemes publish. */
const cards = ['4111111111111111', '4222222222222', '5555555555554444', '2223003122003222', '378282246310005', '371449635398431', '6011111111111117',
  '3530111333300000', '30569309025904', '36227206271667', '6200000000000005', '6759649826438453', '6304000000000000', '4000000000000000006'];

const plain = (text: string): void => { assert.deepEqual(maskCards(text), { text, masked: 0 }); };

describe('PCI-1 card numbers', () => {
  for (const card of cards) {
    it(`masks ${card.slice(0, 4)}… of ${card.length} digits, all but the last four`, () => {
      assert.deepEqual(maskCards(`Karte ${card}, danke`), { text: `Karte ${'*'.repeat(card.length - 4)}${card.slice(-4)}, danke`, masked: 1 });
    });
  }

  it('masks whatever stands between the digits, and keeps it', () => {
    for (const [typed, masked] of [
      ['4111 1111 1111 1111', '**** **** **** 1111'], ['4111-1111-1111-1111', '****-****-****-1111'], ['4111.1111.1111.1111', '****.****.****.1111'],
      ['4111\u00a01111\u00a01111\u00a01111', '****\u00a0****\u00a0****\u00a01111'], ['4111 – 1111 – 1111 – 1111', '**** – **** – **** – 1111'],
      ['4\u200b111111111111111', '*\u200b***********1111'], ['3782 822463 10005', '**** ****** *0005'], ['41 11 11 11 11 11 11 11', '** ** ** ** ** ** 11 11'],
    ] as const) assert.deepEqual(maskCards(typed), { text: masked, masked: 1 });
  });

  it('reads digits of any script', () => {
    assert.deepEqual(maskCards('４１１１１１１１１１１１１１１１'), { text: '************１１１１', masked: 1 });
    assert.deepEqual(maskCards('٤١١١١١١١١١١١١١١١'), { text: '************١١١١', masked: 1 });
    assert.deepEqual(maskCards('४१११ ११११ ११११ ११११'), { text: '**** **** **** ११११', masked: 1 });
  });

  it('finds a card among other digits: expiry, check code, a second card', () => {
    assert.equal(maskCards('4111 1111 1111 1111 12 27 123').text, '**** **** **** 1111 12 27 123');
    assert.equal(maskCards('12/27 4111111111111111 123').text, '12/27 ************1111 123');
    assert.deepEqual(maskCards('4111111111111111 5555555555554444'), { text: '************1111 ************4444', masked: 2 });
  });

  it('masks what stands glued to words', () => { assert.equal(maskCards('Visa4111111111111111x').text, 'Visa************1111x'); });

  it('leaves numbers alone that are no cards', () => {
    plain('4111111111111112');
    plain('gid://shopify/Order/820982911946154508');
    plain('https://shop.example/orders/4111111111111111');
    plain('+49 4111 1111 1111 111');
    plain('+4911111111111111');
    plain('tel. 0049 89 1234567890');
    plain('1Z999AA10123456784');
    plain('9400 1000 0000 0000 0000 00');
    plain('2026-11-23 08.00.00.123');
    plain('00340434161094042557');
    plain('DE89 3704 0044 0532 0130 00');
  });

  it('leaves a GTIN or SSCC alone also where it passes as a card number', () => {
    const luhnAndGs1 = (length: number, prefix: string): string => {
      for (let i = 0; ; i++) {
        const number = prefix + String(i).padStart(length - prefix.length, '0');
        const digits = number.split('').reverse().map(Number);
        const luhn = digits.reduce((sum, d, at) => sum + (at % 2 === 0 ? d : d > 4 ? d * 2 - 9 : d * 2), 0);
        const gs1 = digits.reduce((sum, d, at) => sum + d * (at % 2 === 0 ? 1 : 3), 0);
        if (luhn % 10 === 0 && gs1 % 10 === 0) return number;
      }
    };
    plain(`EAN ${luhnAndGs1(13, '4012345')}`);
    plain(`SSCC ${luhnAndGs1(18, '6200000')}`);
  });

  it('every card is masked in any text without digits around it', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((s) => !/[\p{Nd}+]|:\/\//u.test(s));
    fc.assert(fc.property(text, fc.constantFrom(...cards), text, (before, card, after) => {
      const { text: result, masked } = maskCards(before + card + after);
      assert.equal(masked, 1);
      assert.ok(!result.includes(card.slice(0, -4)) && result.length === (before + card + after).length);
    }));
  });

  it('masking again finds nothing more', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom(...cards), fc.string(), fc.constantFrom(' ', '-')), { maxLength: 6 }), (parts) => {
      plain(maskCards(parts.join('')).text);
    }));
  });
});

describe('PCI-1 card numbers in documents', () => {
  it('gets through text that was made to be slow', () => {
    for (const piece of ['1 ', '4111 ', `${'1'.repeat(19)}-`, '://4111111111111112']) assert.equal(maskCards(piece.repeat(100_000 / piece.length)).masked, 0, piece);
  }).timeout(10_000);

  it('masks every text of a value and leaves the value itself as it was', () => {
    const value = { note: 'paid with 4111 1111 1111 1111', note_attributes: [{ name: 'a', value: '5555555555554444' }], id: 4111111111111111, other: { kept: true } };
    const before = structuredClone(value);
    const { value: masked, masked: count } = maskCardsIn(value);
    assert.deepEqual(value, before);
    assert.equal(count, 2);
    assert.deepEqual(masked, { ...value, note: 'paid with **** **** **** 1111', note_attributes: [{ name: 'a', value: '************4444' }] });
    assert.equal(masked.other, value.other);
  });

  it('gives back the very value if there is nothing to mask', () => {
    const value = { id: '820982911946154508', admin_graphql_api_id: 'gid://shopify/Order/820982911946154508', lines: [{ sku: 'IPOD2008GREEN' }] };
    assert.deepEqual(maskCardsIn(value).masked, 0);
    assert.equal(maskCardsIn(value).value, value);
  });
});

describe('PCI-1 card numbers in JSON text', () => {
  const piece = fc.oneof(
    fc.constantFrom(...cards), fc.constantFrom('4111\n1111\t1111 1111', '4111\u00a01111\u00a01111\u00a01111', '４１１１１１１１１１１１１１１１', '𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏', '4111\\n1111', '+49', '"', ',', 'https://a.example/', ' '),
    fc.string({ unit: 'grapheme' }),
  );
  const string = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
  const value = fc.array(fc.oneof(string, fc.constantFrom(4111111111111111, 7000000000001), fc.dictionary(fc.string(), string, { maxKeys: 3 })), { maxLength: 5 });

  /** Writes some characters as escapes, as other JSON writers do. */
  const escaped = (json: string, every: number): string => every === 0 ? json : json.replaceAll('/', '\\/')
    .replace(/(?<!\\)[^\\"[\]{},:]/g, (c, at: number) => at % every === 0 && /[\d\s.-]|[^\0-\x7f]/.test(c) ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c);

  it('masks what masking the parsed value masks, however it is escaped', () => {
    fc.assert(fc.property(value, fc.nat({ max: 3 }), (original, every) => {
      const strings = JSON.stringify(original, (_, v: unknown) => typeof v === 'number' ? String(v) : v);
      for (const json of [JSON.stringify(original), escaped(strings, every)]) {
        const before = JSON.parse(json) as unknown;
        const { text, masked } = maskCardsInJson(json);
        const expected = maskCardsIn(before);
        assert.deepEqual([JSON.parse(text), masked], [expected.value, expected.masked]);
        if (masked === 0) assert.equal(text, json);
      }
    }), { numRuns: 1000 });
  });

  it('takes text that is no JSON for free text', () => {
    assert.deepEqual(maskCardsInJson('{"note":"4111 1111 1111 1111'), { text: '{"note":"**** **** **** 1111', masked: 1 });
  });
});
