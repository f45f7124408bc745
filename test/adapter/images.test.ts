import { ECRClient } from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { loadImage } from '../../sandbox/push/load-image.ts';
import { images } from '../../shared/aws/images.ts';
import { Refused, Throttled, Unavailable } from '../../shared/faults.ts';
import type { Images, RegisteredImage } from '../../shared/ports.ts';
import { anImage, aRunningRegistry } from '../builders/images.ts';
import { aServer, bodyOf, type Heard, json, operationOf, type Saying } from './http.ts';
import { at } from './settings.ts';

const repository = 'shop/web';
const place = { repository, tag: '1.4.2' };
const digest = `sha256:${'d'.repeat(64)}`;
const imageType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';

function adapter(url: string) {
  return images(new ECRClient({ ...at(url), maxAttempts: 1 }));
}

describe('an image in ECR', () => {
  it('of one platform says in its configuration what it is and who built it', async () => {
    await using world = await aRunningRegistry();
    const pushed = loadImage(world.registry, place, anImage({ platforms: ['linux/arm64'] }));
    const found = {
      digest: pushed,
      kind: 'image',
      platforms: [{ os: 'linux', architecture: 'arm64' }],
      labels: expect.objectContaining({
        'org.opencontainers.image.authors': 'Ada Lovelace <ada@example.com>',
      }),
    };
    expect(await adapter(world.url).find(repository, '1.4.2')).toEqual(found);
    expect(await adapter(world.url).find(repository, pushed)).toEqual(found);
  });

  it('of several platforms is an index of them; attestations are none', async () => {
    await using world = await aRunningRegistry();
    const built = anImage({ platforms: ['linux/amd64', 'linux/arm64/v8'], attestation: true });
    const pushed = loadImage(world.registry, place, built);
    expect(await adapter(world.url).find(repository, '1.4.2')).toEqual({
      digest: pushed,
      kind: 'index',
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ],
      labels: expect.objectContaining({
        'org.opencontainers.image.revision': expect.stringMatching(/^\w{40}$/),
      }),
    });
  });

  it.each([
    [
      'a chart',
      { artifactType: 'application/vnd.cncf.helm.chart', layerType: undefined },
      'application/vnd.cncf.helm.chart',
    ],
    [
      'a signature',
      { artifactType: undefined, layerType: 'application/vnd.dev.cosign.simplesigning.v1+json' },
      'application/vnd.dev.cosign',
    ],
  ])('that is %s is an artifact', async (_what, { artifactType, layerType }, what) => {
    await using world = await aRunningRegistry();
    const layer = { digest: world.registry.putBlob(repository, Buffer.from('{}')), size: 2 };
    const manifest = {
      schemaVersion: 2,
      mediaType: imageType,
      ...(artifactType === undefined ? {} : { artifactType }),
      config: { mediaType: configType, ...layer },
      layers: [{ mediaType: layerType ?? 'application/octet-stream', ...layer }],
    };
    world.registry.putManifest({ ...place, bytes: Buffer.from(JSON.stringify(manifest)) });
    expect(await adapter(world.url).find(repository, '1.4.2')).toMatchObject({
      kind: 'artifact',
      what: expect.stringContaining(what),
      platforms: [],
    });
  });

  it.each([
    ['tag', repository, '9.9.9'],
    ['digest', repository, digest],
    ['repository', 'shop/none', '1.4.2'],
  ])('is not held where there is no such %s', async (_what, name, reference) => {
    await using world = await aRunningRegistry();
    loadImage(world.registry, place, anImage());
    expect(await adapter(world.url).find(name, reference)).toBeUndefined();
    expect(await adapter(world.url).tagsOf(name, reference)).toBeUndefined();
  });

  it('has tags, and a time that a re-tag does not move', async () => {
    await using world = await aRunningRegistry();
    const pushedAt = world.clock.now();
    const pushed = loadImage(world.registry, place, anImage());
    world.clock.advance(60_000);
    loadImage(world.registry, { repository, tag: 'latest' }, anImage());
    const known = await adapter(world.url).tagsOf(repository, 'latest');
    expect({ ...known, tags: known?.tags.toSorted() }).toEqual({
      digest: pushed,
      tags: ['1.4.2', 'latest'],
      pushedAt,
    });
  });
});

describe('all images of a repository', () => {
  it('are those with tags, with all of them and their time', async () => {
    await using world = await aRunningRegistry();
    const pushedAt = world.clock.now();
    const first = loadImage(world.registry, place, anImage());
    loadImage(world.registry, { repository, tag: 'latest' }, anImage());
    const second = loadImage(world.registry, { repository, tag: '1.5.0' }, anImage({ seed: 'b' }));
    loadImage(world.registry, { repository, tag: '1.6.0' }, anImage({ seed: 'c' }));
    const third = loadImage(world.registry, { repository, tag: '1.6.0' }, anImage({ seed: 'd' }));
    const found = await everyOne(adapter(world.url), repository);
    const sorted = found.map((one) => ({ ...one, tags: one.tags.toSorted() }));
    expect(sorted.toSorted((a, b) => (a.tags.join() < b.tags.join() ? -1 : 1))).toEqual([
      { digest: first, tags: ['1.4.2', 'latest'], pushedAt },
      { digest: second, tags: ['1.5.0'], pushedAt },
      { digest: third, tags: ['1.6.0'], pushedAt },
    ]);
  });

  it('are none where there is no repository', async () => {
    await using world = await aRunningRegistry();
    expect(await everyOne(adapter(world.url), 'shop/none')).toEqual([]);
  });

  it('are read page by page, as far as somebody reads', async () => {
    const page = [{ imageDigest: digest, imageTags: ['1'] }, { imageTags: ['gone'] }];
    await using server = await aServer((_heard, times) =>
      json({ imageDetails: page, nextToken: times < 3 ? 'more' : undefined }),
    );
    expect(await everyOne(adapter(server.url), repository)).toHaveLength(3);
    expect(server.heard.map((one) => bodyOf(one))).toMatchObject([
      { repositoryName: repository, filter: { tagStatus: 'TAGGED' }, maxResults: 1_000 },
      { nextToken: 'more' },
      { nextToken: 'more' },
    ]);
    for await (const _one of adapter(server.url).all(repository)) break;
    expect(server.heard).toHaveLength(4);
  });

  it('are refused where there are too many, in words that say what to do', async () => {
    const page = Array.from({ length: 1_000 }, () => ({ imageDigest: digest, imageTags: ['1'] }));
    await using server = await aServer(() => json({ imageDetails: page, nextToken: 'more' }));
    const read = everyOne(adapter(server.url), repository);
    await expect(read).rejects.toThrow(RangeError);
    await expect(read).rejects.toThrow(
      'shop/web holds more than 20000 tagged images: let a lifecycle policy',
    );
    expect(server.heard).toHaveLength(21);
  });

  it('are unavailable where ECR is, and throttled where it says so', async () => {
    await using server = await aServer((_heard, times) => {
      const type = times === 1 ? 'ServerException' : 'LimitExceededException';
      return json({ __type: type, message: 'no' }, times === 1 ? 500 : 400);
    });
    await expect(everyOne(adapter(server.url), repository)).rejects.toThrow(Unavailable);
    await expect(everyOne(adapter(server.url), repository)).rejects.toThrow(Throttled);
  });
});

async function everyOne(images: Images, name: string): Promise<RegisteredImage[]> {
  const found: RegisteredImage[] = [];
  for await (const one of images.all(name)) found.push(one);
  return found;
}

/** What ECR answers for one hostile image: its manifest, then a URL of its configuration, then that. */
interface Held {
  readonly manifest: string;
  readonly mediaType?: string;
  readonly config?: Saying;
  readonly layer?: Saying;
}

function ecrWith({ manifest, mediaType = imageType, config = json({}), layer }: Held) {
  return aServer((heard: Heard) => {
    if (heard.method === 'GET') return config;
    if (operationOf(heard) === 'GetDownloadUrlForLayer') {
      return layer ?? json({ downloadUrl: `http://${heard.headers['host']}/blob`, layerDigest: digest });
    }
    const image = {
      imageId: { imageDigest: digest },
      imageManifest: manifest,
      imageManifestMediaType: mediaType,
    };
    return json({ images: [image], failures: [] });
  });
}

const plain = JSON.stringify({
  schemaVersion: 2,
  mediaType: imageType,
  config: { mediaType: configType, digest },
  layers: [],
});
const nothingKnown = { digest, kind: 'image', platforms: [], labels: {} };

describe('a hostile image', () => {
  it.each([
    ['no JSON', '<html>'],
    ['a number', '7'],
    ['deep', '['.repeat(100_000)],
    ['an index of nothing', JSON.stringify({ mediaType: indexType, manifests: [] })],
    ['an index of what is no descriptor', JSON.stringify({ mediaType: indexType, manifests: [null, 7, {}] })],
    ['without configuration', JSON.stringify({ mediaType: imageType, config: 7 })],
  ])('whose manifest is %s is an artifact', async (_what, manifest) => {
    await using server = await ecrWith({ manifest });
    expect(await adapter(server.url).find(repository, '1')).toMatchObject({
      kind: 'artifact',
      platforms: [],
    });
  });

  it.each<[string, Saying]>([
    ['no JSON', { body: '\u0000' }],
    ['deep', { body: '{"a":'.repeat(100_000) }],
    ['of the wrong types', json({ os: 7, architecture: [], config: { Labels: { a: 1, b: null } } })],
    ['larger than 4 MiB', { body: Buffer.alloc(4 * 1024 * 1024 + 1, 32) }],
  ])('whose configuration is %s tells nothing, and may run', async (_what, config) => {
    await using server = await ecrWith({ manifest: plain, config });
    expect(await adapter(server.url).find(repository, '1')).toEqual(nothingKnown);
  });

  it.each(['LayersNotFoundException', 'LayerInaccessibleException', 'InvalidParameterException'])(
    'whose configuration ECR does not hold (%s) tells nothing',
    async (type) => {
      await using server = await ecrWith({
        manifest: plain,
        layer: json({ __type: type, message: '?' }, 400),
      });
      expect(await adapter(server.url).find(repository, '1')).toEqual(nothingKnown);
    },
  );

  it('whose index names what is no digest is an index all the same', async () => {
    await using world = await aRunningRegistry();
    const manifest = JSON.stringify({
      mediaType: indexType,
      manifests: [{ digest: 'sha256:../..', platform: { os: 'linux', architecture: 'amd64' } }],
    });
    await using server = await aServer(async (heard, times) =>
      times === 1
        ? json({ images: [{ imageId: { imageDigest: digest }, imageManifest: manifest }] })
        : { body: await (await fetch(world.url, { ...heard })).text() },
    );
    loadImage(world.registry, place, anImage());
    expect(await adapter(server.url).find(repository, '1')).toEqual({
      digest,
      kind: 'index',
      platforms: [{ os: 'linux', architecture: 'amd64' }],
      labels: {},
    });
  });
});

describe('ECR that is not there', () => {
  it.each<[string, Saying, string]>([
    ['is refused', { status: 403, body: '<Error/>' }, "a layer's download answered 403"],
    ['is cut', 'cut', 'an image configuration could not be downloaded'],
  ])('for a download that %s is unavailable', async (_what, config, message) => {
    await using server = await ecrWith({ manifest: plain, config });
    await expect(adapter(server.url).find(repository, '1')).rejects.toThrow(new Unavailable(message));
  });

  it('without a URL is unavailable', async () => {
    await using server = await ecrWith({ manifest: plain, layer: json({}) });
    await expect(adapter(server.url).find(repository, '1')).rejects.toThrow(Unavailable);
  });

  it('that cannot say why it has no image is unavailable', async () => {
    const failure = { failureCode: 'KmsError', failureReason: 'the key is disabled' };
    await using server = await aServer(() => json({ images: [], failures: [failure] }));
    await expect(adapter(server.url).find(repository, '1')).rejects.toThrow(
      new Unavailable('BatchGetImage: KmsError the key is disabled'),
    );
  });

  it('that denies access is refused in its words, and never taken for a missing image', async () => {
    await using server = await aServer(() => json({ __type: 'AccessDeniedException', message: 'no' }, 400));
    await expect(adapter(server.url).find(repository, '1')).rejects.toThrow(Refused);
    await expect(adapter(server.url).tagsOf(repository, '1')).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
  });
});
