import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { embeddedState } from '../../../../cli/state/embedded-state.ts';
import { realClock } from '../../../../sandbox/clock.ts';
import { MemoryQueue } from '../../../../sandbox/embedded/memory-queue.ts';
import { MemoryTable } from '../../../../sandbox/embedded/memory-table.ts';
import { type StateEndpoint, startStateEndpoint } from '../../../../sandbox/embedded/state-endpoint.ts';
import { Refused, Unavailable } from '../../../../shared/faults.ts';
import { taken } from '../../../fakes/fake-world.ts';

const table = new MemoryTable();
const rollouts = new MemoryQueue({ clock: realClock(), fifo: true, visibilityMs: 1_000, receiveMax: 3 });
const item = {
  pk: 'target#demo/web',
  sk: 'state',
  version: 1,
  body: { v: 1, text: 'ä', deep: [{ a: null }] },
  due: { list: 'target', at: 1_000, since: 500 },
  expiresAt: 2_000_000_000_000,
};
let endpoint: StateEndpoint;

beforeAll(async () => {
  endpoint = await startStateEndpoint({ table, rollouts });
  await table.write([item, { pk: 'target#demo/web', sk: 'history#1', version: 1, body: { v: 1 } }]);
});
afterAll(() => endpoint.close());

function post(path: string, body: string, method = 'POST') {
  return fetch(`${new URL(endpoint.url).origin}${path}`, { method, ...(method === 'GET' ? {} : { body }) });
}

function secretPath(operation: string): string {
  return `${new URL(endpoint.url).pathname}/${operation}`;
}

it('another process reads the table as it is', async () => {
  const state = embeddedState(endpoint.url);
  expect(await state.table.get(item)).toEqual(item);
  expect(await state.table.get({ pk: 'x', sk: 'y' })).toBeUndefined();
  expect(await state.table.list('target#demo/web', 'history#')).toHaveLength(1);
  expect(await state.table.due('target', 1_000, 5)).toEqual([{ pk: item.pk, sk: item.sk }]);
});

it('another process writes nothing, and sends a message once', async () => {
  const state = embeddedState(endpoint.url);
  await expect(state.table.write([item])).rejects.toThrow(Refused);
  const message = { body: { v: 1, kind: 'command' }, group: 'g', deduplicationId: 'd' };
  await state.rollouts.send(message);
  await state.rollouts.send(message);
  expect(taken(rollouts)).toEqual([message.body]);
});

it.each<[string, () => Promise<Response>, number]>([
  ['without the secret', () => post('/get', '{}'), 404],
  ['with another secret of that length', () => post(`/${'0'.repeat(48)}/get`, '{}'), 404],
  ['with GET, as a page may ask for', () => post(secretPath('get'), '', 'GET'), 405],
  ['for a call that there is not', () => post(secretPath('write'), '{}'), 404],
  ['for something below a call', () => post(secretPath('get/x'), '{}'), 404],
  ['with what is no JSON', () => post(secretPath('get'), '{'), 400],
  ['with something missing', () => post(secretPath('get'), '{"pk":"a"}'), 400],
  ['for more than a page', () => post(secretPath('due'), '{"list":"a","upTo":1,"limit":1001}'), 400],
  ['with too much', () => post(secretPath('get'), `"${'x'.repeat(1024 * 1024)}"`), 413],
  ['for what the table refuses', () => post(secretPath('list'), '{"pk":"a","skPrefix":""}'), 500],
])('a call %s is refused', async (_what, call, status) => {
  const response = await call();
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: expect.any(String) });
});

it('a caller that hangs up harms nobody', async () => {
  const { port } = new URL(endpoint.url);
  await new Promise<void>((done) => {
    const asking = request({ port, host: '127.0.0.1', method: 'POST', path: secretPath('get') });
    asking.on('error', () => done());
    asking.write('{');
    setTimeout(() => asking.destroy(new Error('gone')), 20);
  });
  expect(await embeddedState(endpoint.url).table.get(item)).toEqual(item);
});

it('a world that has ended, or answers something else, is unavailable', async () => {
  const other = await startStateEndpoint({ table, rollouts });
  const { url } = other;
  await other.close();
  await expect(embeddedState(url).table.get(item)).rejects.toThrow(Unavailable);
  await expect(embeddedState(new URL(endpoint.url).origin).table.get(item)).rejects.toThrow(/answered 404/);
  const odd = new MemoryTable();
  odd.list = () => Promise.resolve([{ pk: 1 }] as never);
  const another = await startStateEndpoint({ table: odd, rollouts });
  await expect(embeddedState(another.url).table.list('a', 'b')).rejects.toThrow(/answered something else/);
  await another.close();
});
