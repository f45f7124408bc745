import { describe, expect, it } from 'vitest';
import { loadImage } from '../../../../sandbox/push/load-image.ts';
import type { BusEvent } from '../../../../sandbox/world-types.ts';
import { anImage, aRegistry } from '../../../builders/images.ts';

const image = 'application/vnd.oci.image.manifest.v1+json';
const index = 'application/vnd.oci.image.index.v1+json';
const config = 'application/vnd.oci.image.config.v1+json';
const web = { repository: 'shop/web', tag: '1.4.2' };

describe('the events of a push', () => {
  it('have the envelope of EventBridge', () => {
    const { registry, events, clock } = aRegistry();
    clock.advance(1234);
    const digest = loadImage(registry, web, anImage());
    expect(events).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        'detail-type': 'ECR Image Action',
        source: 'aws.ecr',
        account: '000000000000',
        time: '2026-11-01T00:00:01Z',
        region: 'eu-west-1',
        resources: [],
        detail: {
          result: 'SUCCESS',
          'repository-name': 'shop/web',
          'image-digest': digest,
          'action-type': 'PUSH',
          'image-tag': '1.4.2',
          'manifest-media-type': image,
          'artifact-media-type': config,
        },
      },
    ]);
  });

  it.each([
    ['one platform', {}, ['1.4.2 image']],
    ['one platform with provenance', { attestation: true }, [' image', ' image', '1.4.2 index']],
    ['two platforms', { platforms: ['linux/amd64', 'linux/arm64'] }, [' image', ' image', '1.4.2 index']],
    [
      'two platforms with provenance',
      { platforms: ['linux/amd64', 'linux/arm64'], attestation: true },
      [' image', ' image', ' image', ' image', '1.4.2 index'],
    ],
  ])(
    'of %s: the untagged first, with an empty tag, and the index without an artifact type',
    (_what, options, expected) => {
      const { registry, events } = aRegistry();
      loadImage(registry, web, anImage(options));
      expect(events.map(summary)).toEqual(expected);
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      for (const { detail } of events) {
        const isIndex = detail['manifest-media-type'] === index;
        expect('artifact-media-type' in detail).toBe(!isIndex);
      }
    },
  );

  it('of the same tag and digest again are none, or one where that is asked for', () => {
    const silent = aRegistry();
    const loud = aRegistry({ switches: { repeatedPush: 'event' } });
    for (const { registry } of [silent, loud, silent, loud]) loadImage(registry, web, anImage());
    expect([silent.events.length, loud.events.length]).toEqual([1, 2]);
  });

  it('of a moved tag, and of another tag for the same digest, are one each', () => {
    const { registry, events } = aRegistry();
    loadImage(registry, web, anImage());
    const moved = loadImage(registry, web, anImage({ seed: 'b' }));
    loadImage(registry, { ...web, tag: 'latest' }, anImage({ seed: 'b' }));
    expect(events.map(summary)).toEqual(['1.4.2 image', '1.4.2 image', 'latest image']);
    expect(events.slice(1).map(({ detail }) => detail['image-digest'])).toEqual([moved, moved]);
    expect(registry.resolveImage(`${registry.host}/shop/web:1.4.2`)?.digest).toBe(moved);
  });

  it('are the same when the simulation is played again', () => {
    const [first, second] = [aRegistry(), aRegistry()];
    for (const { registry } of [first, second]) loadImage(registry, web, anImage({ attestation: true }));
    expect(second.events).toEqual(first.events);
  });
});

function summary({ detail }: BusEvent): string {
  return `${detail['image-tag'] as string} ${detail['manifest-media-type'] === index ? 'index' : 'image'}`;
}
