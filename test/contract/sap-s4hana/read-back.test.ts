import assert from 'node:assert/strict';
import type { Connection, WriteResult } from '../../../lib/connectors/contract';
import { Desk, policies, refusalOf } from '../../sync/desk';
import { write, type Written } from '../../../lib/sync/operation';
import type { Fault } from '../../../sandbox/contract';
import { fromOrder, System } from './system';

const customer = (legalName: string): Record<string, unknown> => ({
  schemaVersion: '1.0', id: 'rb', externalIds: [{ system: 'shop', type: 'Company', id: 'RB' }], version: { sourceUpdatedAt: '2026-01-01T00:00:00Z' },
  customerType: 'company', status: 'active', legalName, addresses: [{ address: { streetName: 'Ring', cityName: 'Graz', countryCode: 'AT' }, usage: ['billing'] }],
});

describe('C17 SAP S/4HANA writes that are answered without a body', () => {
  let system: System;
  let number: string;
  let names = 0;
  before(async () => {
    system = await System.start();
    const erp = system.connect();
    ({ externalId: { id: number } } = await erp.create('customer', erp.fromCanonical('customer', customer('First GmbH'))));
  });
  afterEach(() => { system.sandbox.clearFaults(); });
  after(() => system.stop());

  const rename = (erp: Connection): Promise<WriteResult> => erp.update('customer', number, erp.fromCanonical('customer', customer(`Name ${String(++names)} GmbH`)));
  const order = async (erp: Connection, name: string): Promise<string> => (await erp.create('order', fromOrder(erp, system.order(name)))).externalId.id;
  /** A fault for the read that follows a change. */
  const after204 = (fault: Fault, also = (): boolean => true): void => {
    let isDone = false;
    system.sandbox.fault({ ...fault, match: ({ method }) => { isDone ||= method === 'PATCH'; return isDone && method === 'GET' && also(); } });
  };
  const reads = (): number => system.sandbox.requests.filter(({ method }) => method === 'GET').length;

  it('C17 one in so many is read back and confirmed, the first among them; the others are assumed', async () => {
    const erp = system.connect({ readBack: '3' });
    const found: unknown[] = [];
    for (let at = 0; at < 5; at++) found.push((await rename(erp)).confirmation);
    assert.deepEqual(found, ['confirmed', 'assumed', 'assumed', 'confirmed', 'assumed']);
  });

  it('C17 each, or none, if the setting says so; only what is read back costs a call', async () => {
    for (const [readBack, expected, calls] of [['1', 'confirmed', 2], ['0', 'assumed', 1]] as const) {
      const erp = system.connect({ readBack });
      await rename(erp);
      const before = reads();
      assert.equal((await rename(erp)).confirmation, expected);
      assert.equal(reads() - before, calls);
    }
    assert.throws(() => system.connect({ readBack: 'often' }), { code: 'CONFIG_READ_BACK' });
  });

  it('C17 where the answer shows the record, or nothing was written, there is nothing to confirm', async () => {
    const erp = system.connect({ readBack: '1' });
    const document = fromOrder(erp, system.order('RB-1'));
    const made = await erp.create('order', document);
    assert.deepEqual([made.outcome, made.confirmation], ['created', undefined]);
    const same = await erp.update('order', made.externalId.id, document);
    assert.deepEqual([same.outcome, same.confirmation], ['unchanged', undefined]);
  });

  it('C17 a read-back that contradicts is a conflict that says of what', async () => {
    const erp = system.connect({ readBack: '1' });
    system.sandbox.fault({ kind: 'ignored-write', match: ({ method }) => method === 'PATCH' });
    const { name, code, message, cause } = await refusalOf(rename(erp));
    assert.deepEqual([name, code, cause['record']], ['ConflictError', 'CONFLICT_NOT_APPLIED', `customer ${number}`]);
    assert.match(message, new RegExp(`said that customer ${number} was changed, but .*OrganizationBPName1`));
    assert.equal((await rename(erp)).confirmation, 'confirmed');
    const assumed = system.connect({ readBack: '0' });
    system.sandbox.fault({ kind: 'ignored-write', match: ({ method }) => method === 'PATCH' });
    assert.equal((await rename(assumed)).confirmation, 'assumed', 'nobody looks');
  });

  it('C17 a read-back that cannot be had leaves the change assumed: it is done', async () => {
    after204({ kind: 'html-error' });
    assert.equal((await rename(system.connect({ readBack: '1' }))).confirmation, 'assumed');
  });

  it('C17 what SAP only spells otherwise is no contradiction', async () => {
    const erp = system.connect({ readBack: '1' });
    const toUpper = (): boolean => { system.sandbox.changeRow('A_BusinessPartner', number, { OrganizationBPName1: 'SPELT  GMBH ' }); return true; };
    after204({ kind: 'slow', ms: 0 }, toUpper);
    assert.equal((await erp.update('customer', number, erp.fromCanonical('customer', customer('Spelt GmbH')))).confirmation, 'confirmed');
  });

  it('C17 orders: a change is read back with its total, a cancellation by the setting; both contradictions are told', async () => {
    const erp = system.connect({ readBack: '1' });
    const [id, other] = [await order(erp, 'RB-2'), await order(erp, 'RB-3')];
    const change = (at: number): Promise<WriteResult> => erp.update('order', id, fromOrder(erp, system.order('RB-2', { requestedDeliveryDate: `2027-04-0${String(at)}` })));
    assert.equal((await change(1)).confirmation, 'confirmed');
    assert.equal((await erp.cancel('order', other)).confirmation, 'confirmed');
    assert.equal((await system.connect({ readBack: '0' }).cancel('order', await order(erp, 'RB-4'))).confirmation, 'assumed');
    for (const write of [() => change(2), () => erp.cancel('order', id)]) {
      system.sandbox.fault({ kind: 'ignored-write', match: ({ method }) => method === 'PATCH', times: 3 });
      assert.equal((await refusalOf(write())).code, 'CONFLICT_NOT_APPLIED');
      system.sandbox.clearFaults();
    }
  });

  it('C17 payments: the release of an order is confirmed by the setting, and contradicted', async () => {
    for (const [name, readBack, expected] of [['RB-5', '1', 'confirmed'], ['RB-6', '0', 'assumed'], ['RB-7', '1', 'CONFLICT_NOT_APPLIED']] as const) {
      const erp = system.connect({ readBack, releaseOnPayment: 'yes' });
      await order(erp, name);
      if (name === 'RB-7') system.sandbox.fault({ kind: 'ignored-write', match: ({ method }) => method === 'PATCH' });
      const paid = erp.create('payment', erp.fromCanonical('payment', {
        schemaVersion: '1.0', id: name, externalIds: [{ system: 'shop', type: 'OrderTransaction', id: name }], version: { sourceUpdatedAt: '2026-11-23T07:30:05Z' }, orderRef: { number: name },
        kind: 'sale', status: 'success', amount: { value: '60.00', currency: 'EUR' }, method: { type: 'card' }, processedAt: '2026-11-23T07:30:05Z',
      }));
      assert.equal(await paid.then(({ confirmation }) => confirmation, (reason: unknown) => (reason as { code: string }).code), expected);
    }
  });

  it('C17 the ledger keeps it: the same message again tells the same', async () => {
    const desk = await Desk.open();
    try {
      const send = (): Promise<Written> => write({
        operation: 'update', entity: 'customer', document: { ...customer('Kept GmbH'), externalIds: [{ system: desk.erp.system, type: 'Customer', id: desk.system.sandbox.world.companies[0]?.customerNumber.replace(/^0+/, '') ?? '' }] },
        event: { idempotencykey: 'kept-1' }, policies,
      }, desk.services);
      const [first, second] = [await send(), await send()];
      assert.deepEqual([first.result.confirmation, first.repeated, second.result.confirmation, second.repeated], ['confirmed', false, 'confirmed', true]);
    } finally {
      await desk.close();
    }
  });
});
