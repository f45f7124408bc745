import { expect, it } from 'vitest';
import { lossyEmit } from '../../../sandbox/losing-events.ts';
import type { BusEvent } from '../../../sandbox/world-types.ts';

function pushOf(repository: string): BusEvent {
  return {
    version: '0',
    id: repository,
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    account: '000000000000',
    time: '2026-11-21T00:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail: { 'repository-name': repository },
  };
}

it('loses what is said of a repository while something runs, and nothing else', async () => {
  const heard: string[] = [];
  const { emit, losingEvents } = lossyEmit(({ id }) => heard.push(id));
  emit(pushOf('shop/web'));
  const result = await losingEvents('shop/web', async () => {
    emit(pushOf('shop/web'));
    emit(pushOf('shop/api'));
    return 'done';
  });
  emit(pushOf('shop/web'));
  expect([result, heard]).toEqual(['done', ['shop/web', 'shop/api', 'shop/web']]);
});

it('hears again after what ran has failed, and as long as one of two goes on it does not', async () => {
  const heard: string[] = [];
  const { emit, losingEvents } = lossyEmit(({ id }) => heard.push(id));
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = losingEvents('shop/web', () => promise);
  await expect(losingEvents('shop/web', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  emit(pushOf('shop/web'));
  resolve();
  await first;
  emit(pushOf('shop/web'));
  expect(heard).toEqual(['shop/web']);
});
