import assert from 'node:assert/strict';
import { normaliseEmail, normalisePhone } from '../../lib/documents/normalise';

describe('normalisation for matching customers', () => {
  it('C40 a phone number is the same however it is spaced', () => {
    for (const phone of ['+49 89 123 456', '0049 89/123456', '+49 (0)89 123-456', '089 123 456', '(089) 12 34 56', 'tel:+4989123456', '+49.89.123456', '089 – 123456 ext. 12', '\u202f+49\u00a089\u00a0123456']) {
      assert.equal(normalisePhone(phone, '49'), '+4989123456', phone);
    }
  });

  it('C40 a national number means something only with a calling code', () => {
    assert.equal(normalisePhone('089 123456'), undefined);
    assert.equal(normalisePhone('+1 (502) 555-0100'), '+15025550100');
    assert.equal(normalisePhone('502-555-0100', '1'), '+15025550100');
    assert.equal(normalisePhone('1 502 555 0100', '1'), '+15025550100');
    assert.equal(normalisePhone('06 1234 5678', '39'), '+390612345678');
  });

  it('C40 what cannot be a number matches nothing', () => {
    for (const phone of ['', 'none', '12', '+0 123 456 789', '+49 1234567890123456', 'call Petra 089', '+49 89 123456 or 654321']) assert.equal(normalisePhone(phone, '49'), undefined, phone);
  });

  it('C40 an e-mail address is the same in capitals and with blanks around it', () => {
    assert.equal(normaliseEmail(' P.Huber@Mueller-MB.example '), 'p.huber@mueller-mb.example');
    assert.equal(normaliseEmail('mailto:a@b.example'), 'a@b.example');
    for (const email of ['', 'a@b', '@b.example', 'a b@c.example', 'a@@b.example']) assert.equal(normaliseEmail(email), undefined, email);
  });
});
