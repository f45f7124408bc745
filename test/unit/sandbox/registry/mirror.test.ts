import { expect, it } from 'vitest';
import { pushImage } from '../../../../sandbox/push/client.ts';
import { aRunningRegistry } from '../../../builders/images.ts';

const web = { repository: 'shop/web', tag: '1', seed: 'a' };

it('a manifest is mirrored before its event is out', async () => {
  const seen: string[] = [];
  const emit = () => void seen.push('event');
  const mirror = ({
    repository,
    tag = '',
    mediaType,
  }: {
    repository: string;
    tag: string | undefined;
    mediaType: string;
  }) => {
    seen.push(`${repository}:${tag} ${mediaType.includes('index') ? 'index' : 'image'}`);
    return Promise.resolve();
  };
  await using world = await aRunningRegistry({ emit }, { mirror });
  await pushImage({ ...web, registryUrl: world.url, attestation: true });
  expect(seen).toEqual(['shop/web: image', 'event', 'shop/web: image', 'event', 'shop/web:1 index', 'event']);
});

it('a push whose mirror fails is refused, leaves nothing, and can be tried again', async () => {
  let failures = 1;
  const mirror = () => {
    failures -= 1;
    return failures < 0 ? Promise.resolve() : Promise.reject(new Error('the mirror is away'));
  };
  await using world = await aRunningRegistry({}, { mirror });
  await expect(pushImage({ ...web, registryUrl: world.url })).rejects.toThrow('the mirror is away');
  expect(world.events).toEqual([]);
  await pushImage({ ...web, registryUrl: world.url });
  expect(world.events).toHaveLength(1);
});
