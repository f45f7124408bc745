import { describe, expect, it } from 'vitest';
import { loadImage } from '../../../../sandbox/push/load-image.ts';
import type { Registry } from '../../../../sandbox/registry/registry.ts';
import { anImage, aRunningRegistry } from '../../../builders/images.ts';
import { aManifest, client, codesOf, digestOf, ociImage, ociIndex } from './client.ts';

const dockerImage = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const absent = { mediaType: 'application/octet-stream', digest: digestOf('absent'), size: 6 };

describe('a manifest', () => {
  it('is put by tag, and got byte for byte by tag and by digest', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const manifest = await aManifest(to);
    const digest = digestOf(JSON.stringify(manifest));
    const put = await to.manifest('1.0.0', manifest);
    expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, digest]);
    expect(put.headers.get('location')).toBe(`/v2/shop/web/manifests/${digest}`);
    for (const reference of ['1.0.0', digest]) {
      const response = await to.ask(`manifests/${reference}`);
      expect(await response.text()).toBe(JSON.stringify(manifest));
      expect(response.headers.get('content-type')).toBe(ociImage);
      const head = await to.ask(`manifests/${reference}`, { method: 'HEAD' });
      expect([head.status, head.headers.get('docker-content-digest')]).toEqual([200, digest]);
    }
  });

  it.each([
    ['OCI', ociImage, ociIndex],
    ['Docker', dockerImage, dockerList],
  ])('of the %s kind keeps its media type, alone and in an index', async (_kind, image, index) => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const manifest = { ...(await aManifest(to)), mediaType: image };
    const text = JSON.stringify(manifest);
    await to.manifest(digestOf(text), manifest, image);
    const manifests = [{ mediaType: image, digest: digestOf(text), size: text.length }];
    const put = await to.manifest('1.0.0', { schemaVersion: 2, mediaType: index, manifests }, index);
    expect(put.status).toBe(201);
    expect((await to.ask('manifests/1.0.0')).headers.get('content-type')).toBe(index);
    expect((await to.ask(`manifests/${digestOf(text)}`)).headers.get('content-type')).toBe(image);
  });

  it.each([
    ['config', { config: absent }],
    ['layer', { layers: [absent] }],
  ])('is refused when its %s is not there', async (_what, more) => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const response = await to.manifest('1.0.0', await aManifest(to, more));
    expect([response.status, await codesOf(response)]).toEqual([404, ['MANIFEST_BLOB_UNKNOWN']]);
    expect(world.events).toEqual([]);
  });

  it('is refused when a child of its index is not there', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const manifests = [{ ...absent, mediaType: ociImage }];
    const response = await to.manifest('1', { schemaVersion: 2, mediaType: ociIndex, manifests }, ociIndex);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain(`Images with digests '[${absent.digest}]' required`);
  });

  it('may leave layers out that nobody is allowed to distribute', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const layers = [{ ...absent, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }];
    expect((await to.manifest('1', await aManifest(to, { layers }))).status).toBe(201);
  });

  it('is refused when it gives a blob another size', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const layer = await to.blob('layer');
    const response = await to.manifest('1', await aManifest(to, { layers: [{ ...layer, size: 4 }] }));
    expect([response.status, await codesOf(response)]).toEqual([400, ['SIZE_INVALID']]);
  });

  it('is refused under a digest that is not its own', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const response = await to.manifest(digestOf('else'), await aManifest(to));
    expect([response.status, await codesOf(response)]).toEqual([400, ['DIGEST_INVALID']]);
  });

  it.each([
    ['not JSON', '{', ociImage],
    [
      'another type than its Content-Type',
      JSON.stringify({ schemaVersion: 2, mediaType: ociIndex }),
      ociImage,
    ],
    ['of an unknown type', '{"schemaVersion":2}', 'application/json'],
    [
      'of Docker’s first schema',
      '{"schemaVersion":1}',
      'application/vnd.docker.distribution.manifest.v1+json',
    ],
    ['without a configuration', '{"schemaVersion":2,"layers":[]}', ociImage],
    [
      'with a digest that is none',
      '{"schemaVersion":2,"manifests":[{"mediaType":"a","digest":"b","size":1}]}',
      ociIndex,
    ],
    ['a list', '[]', ociImage],
  ])('is refused when it is %s', async (_what, body, mediaType) => {
    await using world = await aRunningRegistry();
    const { ask } = client(world.url);
    const headers = { 'Content-Type': mediaType };
    const response = await ask('manifests/1', { method: 'PUT', headers, body });
    expect([response.status, await codesOf(response)]).toEqual([400, ['MANIFEST_INVALID']]);
  });

  it.each(['-1', '.INVALID', 'a b', 'x'.repeat(129)])('is refused under the tag %j', async (tag) => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const response = await to.manifest(tag, await aManifest(to));
    expect([response.status, await codesOf(response)]).toEqual([400, ['TAG_INVALID']]);
  });

  it('is not deleted over /v2, as in ECR', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    await to.manifest('1', await aManifest(to));
    const response = await to.ask('manifests/1', { method: 'DELETE' });
    expect([response.status, await codesOf(response)]).toEqual([405, ['UNSUPPORTED']]);
    expect(response.headers.get('allow')).toBe('GET, HEAD, PUT');
    expect((await to.ask('manifests/1')).status).toBe(200);
  });

  it('is unknown when nobody put it', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    expect(await codesOf(await to.ask('manifests/1'))).toEqual(['NAME_UNKNOWN']);
    await to.manifest('1', await aManifest(to));
    expect(await codesOf(await to.ask('manifests/2'))).toEqual(['MANIFEST_UNKNOWN']);
    expect(await codesOf(await to.ask(`manifests/${absent.digest}`))).toEqual(['MANIFEST_UNKNOWN']);
    expect(await codesOf(await to.ask('manifests/sha256:12'))).toEqual(['DIGEST_INVALID']);
    expect((await to.ask('manifests/.INVALID', { method: 'HEAD' })).status).toBe(404);
  });
});

describe('Accept', () => {
  it.each([
    ['an index to those who take one', `${ociImage}, ${ociIndex};q=0.9`, ociIndex],
    ['an index to those who take all', '*/*', ociIndex],
    ['an index to those who name no manifest', 'text/html', ociIndex],
    ['the image for linux/amd64 to those who know no index', ociImage, ociImage],
  ])('gives %s', async (_what, accept, mediaType) => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    pushIndex(world.registry);
    const response = await to.ask('manifests/1', { headers: { Accept: accept } });
    expect(response.headers.get('content-type')).toBe(mediaType);
  });

  it('gives nothing that the client says it cannot read, but a digest is exact', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const digest = pushIndex(world.registry);
    const headers = { Accept: dockerImage };
    expect((await to.ask('manifests/1', { headers })).status).toBe(404);
    expect((await to.ask(`manifests/${digest}`, { headers })).status).toBe(200);
  });
});

function pushIndex(registry: Registry): string {
  const image = anImage({ platforms: ['linux/arm64', 'linux/amd64'] });
  return loadImage(registry, { repository: 'shop/web', tag: '1' }, image);
}
