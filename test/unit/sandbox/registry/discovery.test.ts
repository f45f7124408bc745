import { describe, expect, it } from 'vitest';
import { aRunningRegistry } from '../../../builders/images.ts';
import { aManifest, type Client, client, codesOf, digestOf, ociImage, ociIndex } from './client.ts';

describe('/v2/', () => {
  it('says that this is a registry', async () => {
    await using world = await aRunningRegistry();
    const response = await fetch(`${world.url}/v2/`);
    expect(response.status).toBe(200);
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
  });

  it.each([
    ['/v2/Shop/web/tags/list', 400, 'NAME_INVALID'],
    ['/v2/shop//web/tags/list', 400, 'NAME_INVALID'],
    ['/v2/shop/web/nothing', 404, 'NAME_UNKNOWN'],
    ['/v2/%E0%A4%A/tags/list', 400, 'NAME_INVALID'],
    ['/v2/..%2f..%2fetc/blobs/sha256:1', 400, 'NAME_INVALID'],
    ['/etc/passwd', 404, 'NAME_UNKNOWN'],
    ['/v2/shop/none/tags/list', 404, 'NAME_UNKNOWN'],
    ['/v2/shop/web/blobs/sha256:1', 400, 'DIGEST_INVALID'],
    ['/v2/shop/web/referrers/latest', 400, 'DIGEST_INVALID'],
    [`/v2/shop/web/blobs/${digestOf('none')}`, 404, 'NAME_UNKNOWN'],
  ])('answers %s with %i and %s', async (path, status, code) => {
    await using world = await aRunningRegistry();
    const response = await fetch(world.url + path);
    expect([response.status, await codesOf(response)]).toEqual([status, [code]]);
  });
});

describe('the tags', () => {
  it('come sorted, in pages that say where the next begins', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    await pushTags(to, ['b', '10', 'a', 'Z', '9']);
    expect(await (await to.ask('tags/list')).json()).toEqual({
      name: 'shop/web',
      tags: ['10', '9', 'Z', 'a', 'b'],
    });
    const pages: string[][] = [];
    for (let next: string | undefined = 'tags/list?n=2'; next !== undefined; ) {
      const response: Response = await to.ask(next);
      pages.push(((await response.json()) as { tags: string[] }).tags);
      next = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(pages).toEqual([['10', '9'], ['Z', 'a'], ['b']]);
  });

  it.each([
    ['n=0', []],
    ['n=100&last=Z', ['a']],
    ['last=zzz', []],
  ])('for %s are %j', async (query, tags) => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    await pushTags(to, ['a', 'Z']);
    expect(await (await to.ask(`tags/list?${query}`)).json()).toMatchObject({ tags });
  });

  it('refuse a page size that is no number', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    await pushTags(to, ['a']);
    expect(await codesOf(await to.ask('tags/list?n=many'))).toEqual(['PAGINATION_NUMBER_INVALID']);
  });
});

describe('the referrers', () => {
  it('of a digest are an index with artifact type and annotations, whether the subject exists or not', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const subject = { mediaType: ociImage, digest: digestOf('subject'), size: 7 };
    const annotations = { by: 'ada' };
    const sbom = await aManifest(to, { subject, artifactType: 'application/sbom', annotations });
    const put = await to.manifest(digestOf(JSON.stringify(sbom)), sbom);
    expect(put.headers.get('oci-subject')).toBe(subject.digest);
    const response = await to.ask(`referrers/${subject.digest}`);
    expect(response.headers.get('content-type')).toBe(ociIndex);
    expect(await response.json()).toEqual({
      schemaVersion: 2,
      mediaType: ociIndex,
      manifests: [
        {
          mediaType: ociImage,
          digest: digestOf(JSON.stringify(sbom)),
          size: JSON.stringify(sbom).length,
          artifactType: 'application/sbom',
          annotations,
        },
      ],
    });
  });

  it('without an artifact type have that of their configuration', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const subject = { mediaType: ociImage, digest: digestOf('subject'), size: 7 };
    const signature = await aManifest(to, { subject });
    await to.manifest('signature', signature);
    expect(await artifactTypes(to, `referrers/${subject.digest}`)).toEqual(['application/octet-stream']);
  });

  it('are filtered by artifact type, which the answer says', async () => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    const subject = { mediaType: ociImage, digest: digestOf('subject'), size: 7 };
    for (const artifactType of ['a/sbom', 'a/signature', 'a/scan']) {
      await to.manifest(artifactType.slice(2), await aManifest(to, { subject, artifactType }));
    }
    const path = `referrers/${subject.digest}?artifactType=a/signature`;
    expect((await to.ask(path)).headers.get('oci-filters-applied')).toBe('artifactType');
    expect(await artifactTypes(to, path)).toEqual(['a/signature']);
    const page = await to.ask(`referrers/${subject.digest}?n=2`);
    const next = /^<(.+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
    expect(await artifactTypes(to, next)).toHaveLength(1);
  });

  it('of what nobody refers to are none, which is no error', async () => {
    await using world = await aRunningRegistry();
    const response = await client(world.url).ask(`referrers/${digestOf('nothing')}`);
    expect([response.status, await response.json()]).toMatchObject([200, { manifests: [] }]);
  });
});

it('the catalog names the repositories', async () => {
  await using world = await aRunningRegistry();
  for (const name of ['shop/web', 'a']) await client(world.url, name).blob('x');
  expect(await (await fetch(`${world.url}/v2/_catalog`)).json()).toEqual({ repositories: ['a', 'shop/web'] });
});

async function pushTags(to: Client, tags: readonly string[]): Promise<void> {
  for (const tag of tags) await to.manifest(tag, await aManifest(to));
}

async function artifactTypes(to: Client, path: string): Promise<(string | undefined)[]> {
  const { manifests } = (await (await to.ask(path)).json()) as { manifests: { artifactType?: string }[] };
  return manifests.map(({ artifactType }) => artifactType);
}
