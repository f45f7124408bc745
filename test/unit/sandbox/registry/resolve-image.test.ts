import { describe, expect, it } from 'vitest';
import { loadImage } from '../../../../sandbox/push/load-image.ts';
import { behaviourLabel } from '../../../../sandbox/world-types.ts';
import { anImage, aRegistry } from '../../../builders/images.ts';

const host = '000000000000.dkr.ecr.eu-west-1.amazonaws.com';
const other = `sha256:${'0'.repeat(64)}`;

describe('resolveImage', () => {
  const { registry } = aRegistry();
  const digest = loadImage(registry, { repository: 'shop/web', tag: '1' }, anImage());
  loadImage(registry, { repository: 'shop/web', tag: 'latest' }, anImage());

  it.each([
    `${host}/shop/web:1`,
    `${host}/shop/web`,
    `${host}/shop/web@${digest}`,
    `${host}/shop/web:1@${digest}`,
    `${host}/shop/web:gone@${digest}`,
    '127.0.0.1:5000/shop/web:1',
    'localhost:5000/shop/web:1',
  ])('finds %s', (reference) => {
    expect(registry.resolveImage(reference)).toEqual({
      digest,
      behaviour: 'fine',
      platforms: ['linux/amd64'],
    });
  });

  it.each([
    `${host}/shop/web:2`,
    `${host}/shop/worker:1`,
    `${host}/shop/web@${other}`,
    `${host}/shop/web:1@${other}`,
    '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1',
    'shop/web:1',
    'docker.io/shop/web:1',
    '',
  ])('does not find %s', (reference) => {
    expect(registry.resolveImage(reference)).toBeUndefined();
  });
});

describe('what an image does', () => {
  it.each([
    ['exits', 'exits'],
    ['cannot-be-pulled', 'cannot-be-pulled'],
    ['dances', 'fine'],
  ])('when its label says %s is %s', (label, behaviour) => {
    expect(resolve({ labels: { [behaviourLabel]: label } })?.behaviour).toBe(behaviour);
  });

  it('comes from the linux/amd64 image of an index', () => {
    const { registry } = aRegistry();
    const children = [
      anImage({ platforms: ['linux/arm64/v8'], behaviour: 'cannot-start' }),
      anImage({ platforms: ['linux/amd64'], behaviour: 'exits' }),
    ];
    for (const child of children) loadImage(registry, { repository: 'shop/web', tag: 'child' }, child);
    const manifests = children.map(({ manifest: { mediaType, digest, bytes } }) => ({
      mediaType,
      digest,
      size: bytes.length,
    }));
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
    registry.putManifest({ repository: 'shop/web', tag: '1', bytes });
    expect(registry.resolveImage(`${host}/shop/web:1`)).toMatchObject({
      behaviour: 'exits',
      platforms: ['linux/arm64/v8', 'linux/amd64'],
    });
  });

  it('is not asked of an attestation', () => {
    const resolved = resolve({ platforms: ['linux/arm64'], attestation: true, behaviour: 'exits' });
    expect(resolved).toMatchObject({ behaviour: 'exits', platforms: ['linux/arm64'] });
  });

  it('comes from the first image where there is none for linux/amd64', () => {
    const resolved = resolve({ platforms: ['linux/arm64', 'linux/s390x'], behaviour: 'never-healthy' });
    expect(resolved).toMatchObject({
      behaviour: 'never-healthy',
      platforms: ['linux/arm64', 'linux/s390x'],
    });
  });

  it('is fine where the configuration is no image’s', () => {
    const { registry } = aRegistry();
    const size = (text: string) => ({
      mediaType: 'text/plain',
      digest: registry.putBlob('a', Buffer.from(text)),
      size: text.length,
    });
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: size('not JSON'),
      layers: [],
    };
    registry.putManifest({ repository: 'a', tag: '1', bytes: Buffer.from(JSON.stringify(manifest)) });
    expect(registry.resolveImage(`${host}/a:1`)).toMatchObject({ behaviour: 'fine', platforms: [] });
  });
});

function resolve(options: Parameters<typeof anImage>[0]) {
  const { registry } = aRegistry();
  loadImage(registry, { repository: 'shop/web', tag: '1' }, anImage(options));
  return registry.resolveImage(`${host}/shop/web:1`);
}
