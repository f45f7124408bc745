import { describe, expect, it } from 'vitest';
import { readImageConfig, readManifest } from '../../../shared/domain/manifest.ts';
import { canRun, platformName, taskPlatform } from '../../../shared/domain/platform.ts';
import { digest } from '../../builders/rollouts.ts';

const oci = 'application/vnd.oci.image';
const docker = 'application/vnd.docker';
const image = {
  mediaType: `${oci}.manifest.v1+json`,
  config: { mediaType: `${oci}.config.v1+json`, digest: digest('c') },
  layers: [{ mediaType: `${oci}.layer.v1.tar+gzip` }],
};
const amd64 = { digest: digest('1'), platform: { os: 'linux', architecture: 'amd64' } };
const attestation = {
  digest: digest('2'),
  platform: { os: 'unknown', architecture: 'unknown' },
  annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
};
const index = { mediaType: `${oci}.index.v1+json`, manifests: [amd64, attestation] };

describe('a manifest', () => {
  it.each([
    ['an OCI image', image],
    [
      'a Docker image',
      {
        config: { mediaType: `${docker}.container.image.v1+json`, digest: digest('c') },
        layers: [{ mediaType: `${docker}.image.rootfs.diff.tar.gzip` }],
      },
    ],
    ['an image without layers', { ...image, layers: [] }],
  ])('of %s is an image', (_what, manifest) => {
    expect(readManifest(manifest)).toEqual({ kind: 'image', config: digest('c') });
  });

  it.each([
    ['that says so', index],
    ['whose media type came beside it', { manifests: [amd64] }],
    ['in Docker’s words', { ...index, mediaType: `${docker}.distribution.manifest.list.v2+json` }],
  ])('of an index %s is a list of what can run', (_what, manifest) => {
    expect(readManifest(manifest, `${oci}.index.v1+json`)).toEqual({ kind: 'index', images: [amd64] });
  });

  it('of an index may name no platform', () => {
    expect(readManifest({ manifests: [{ digest: digest('1') }] })).toEqual({
      kind: 'index',
      images: [{ digest: digest('1'), platform: undefined }],
    });
  });

  it.each([
    ['an index of attestations', { manifests: [attestation] }, 'an index without images'],
    [
      'an index of artifacts',
      { manifests: [{ ...amd64, artifactType: 'x/sbom' }] },
      'an index without images',
    ],
    ['an index without digests', { manifests: [{ digest: 1 }, null, 'x'] }, 'an index without images'],
    ['an index without a list', { mediaType: index.mediaType }, 'an index without images'],
    ['an artifact', { ...image, artifactType: 'application/spdx+json' }, 'application/spdx+json'],
    [
      'a Helm chart',
      { ...image, config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: digest('c') } },
      'application/vnd.cncf.helm.config.v1+json',
    ],
    [
      'a cosign signature',
      { ...image, layers: [{ mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' }] },
      'application/vnd.dev.cosign.simplesigning.v1+json',
    ],
    ['an image with a layer without a type', { ...image, layers: [{}] }, ''],
    ['an image without a configuration', { ...image, config: undefined }, 'a manifest without configuration'],
    [
      'an image whose configuration has no digest',
      { ...image, config: { mediaType: image.config.mediaType } },
      image.config.mediaType,
    ],
    ['text', 'text', 'a manifest that is no JSON object'],
    ['nothing', null, 'a manifest that is no JSON object'],
  ])('of %s is no image', (_what, manifest, what) => {
    expect(readManifest(manifest)).toEqual({ kind: 'artifact', what });
  });
});

describe('an image’s configuration', () => {
  it('tells its platform and its labels', () => {
    const config = { os: 'linux', architecture: 'arm64', config: { Labels: { a: 'b', odd: 1 } } };
    expect(readImageConfig(config)).toEqual({
      platform: { os: 'linux', architecture: 'arm64' },
      labels: { a: 'b' },
    });
  });

  it.each([
    null,
    'text',
    {},
    { config: null },
    { config: { Labels: [] } },
    { os: 'linux' },
    { architecture: 1, os: 1 },
  ])('may be anything: %j', (config) => {
    expect(readImageConfig(config)).toEqual({ platform: undefined, labels: {} });
  });
});

describe('platforms', () => {
  it.each([
    [{}, 'linux/amd64'],
    [{ operatingSystemFamily: 'LINUX', cpuArchitecture: 'ARM64' }, 'linux/arm64'],
    [{ operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' }, 'windows/amd64'],
    [{ cpuArchitecture: 'RISCV64' }, 'linux/riscv64'],
  ])('a task with %j runs on %s', (runtimePlatform, expected) => {
    expect(platformName(taskPlatform(runtimePlatform))).toBe(expected);
  });

  it.each([
    ['the same', ['linux', 'arm64'], true],
    ['another architecture', ['linux', 'amd64'], false],
    ['another system', ['windows', 'arm64'], false],
  ] as const)('a task runs an image of %s platform: %s', (_what, [os, architecture], expected) => {
    expect(canRun({ os: 'linux', architecture: 'arm64' }, [{ os, architecture }])).toBe(expected);
  });

  it('an image whose platform nobody could read is given the benefit of the doubt', () => {
    expect(canRun({ os: 'linux', architecture: 'arm64' }, [])).toBe(true);
  });
});
