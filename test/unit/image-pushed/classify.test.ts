import { describe, expect, it } from 'vitest';
import { classify } from '../../../functions/image-pushed/classify.ts';
import { readArrival } from '../../../functions/image-pushed/read-event.ts';
import { aPushEvent } from '../../builders/events.ts';
import { account, digest, region } from '../../builders/rollouts.ts';
import { aRule, rules } from './given.ts';

const home = { account, region };
const config = 'application/vnd.oci.image.config.v1+json';

describe('what the event alone tells of a push', () => {
  it.each([
    ['a tagged image', {}, undefined],
    ['a tagged image that names its kind', { 'artifact-media-type': config }, undefined],
    [
      'a tagged Docker image',
      { 'artifact-media-type': 'application/vnd.docker.container.image.v1+json' },
      undefined,
    ],
    ['a tagged index', { 'manifest-media-type': 'application/vnd.oci.image.index.v1+json' }, undefined],
    ['a deletion', { 'action-type': 'DELETE' }, 'not a push'],
    ['an action that ECR has yet to invent', { 'action-type': 'RESTORE' }, 'not a push'],
    ['a storage class', { 'action-type': 'UPDATE_STORAGE_CLASS' }, 'storage class changed'],
    ['a failed push', { result: 'FAILURE' }, 'push failed'],
    ['no tag', { 'image-tag': undefined }, 'untagged'],
    ['an empty tag', { 'image-tag': '' }, 'untagged'],
    ['a null tag', { 'image-tag': null }, 'untagged'],
    [
      'a cosign signature',
      { 'image-tag': `${digest('a').replace(':', '-')}.sig` },
      'signature or attestation',
    ],
    ['a referrers tag', { 'image-tag': digest('a').replace(':', '-') }, 'signature or attestation'],
    ['an attestation', { 'image-tag': '1.1.0.att' }, 'signature or attestation'],
    ['a bill of materials', { 'image-tag': '1.1.0.sbom' }, 'signature or attestation'],
    ['a tag that only resembles one', { 'image-tag': 'sig' }, undefined],
    ['a Helm chart', { 'artifact-media-type': 'application/vnd.cncf.helm.config.v1+json' }, 'not an image'],
    ['a type that only contains an image’s', { 'artifact-media-type': `x${config}` }, 'not an image'],
  ])('%s: %j', (_what, detail, expected) => {
    expect(classify(readArrival(aPushEvent(detail)), home, rules())).toBe(expected);
  });

  it.each([
    [{ account: '999999999999' }, 'another account'],
    [{ region: 'us-east-1' }, 'another Region'],
  ])('of %j: %s', (envelope, expected) => {
    expect(classify(readArrival(aPushEvent({}, envelope)), home, rules())).toBe(expected);
  });

  it('of a registry that a rule names: the same as at home', () => {
    const event = aPushEvent({}, { account: '999999999999', region: 'us-east-1' });
    const named = rules(aRule({ registry: '999999999999.dkr.ecr.us-east-1.amazonaws.com' }));
    expect(classify(readArrival(event), home, named)).toBeUndefined();
  });
});
