import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Behaviour, behaviourLabel } from '../world-types.ts';
import { tarOf } from './tar.ts';

const imageType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const attestationType = 'application/vnd.in-toto+json';

export interface ImageOptions {
  /** Equal seeds and options give equal digests. */
  readonly seed: string;
  readonly tag?: string | undefined;
  readonly behaviour?: Behaviour | undefined;
  /** As `linux/amd64`. More than one makes an index. */
  readonly platforms?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly layers?: number | undefined;
  /** A provenance manifest beside each platform's, as buildx adds it; makes an index of a single platform too. */
  readonly attestation?: boolean | undefined;
  /** As `2026-11-21T10:00:00Z`. */
  readonly created?: string | undefined;
}

export interface BuiltManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What a push has to send: the blobs, then the untagged manifests in order, then the tagged one. */
export interface BuiltImage {
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly children: readonly BuiltManifest[];
  readonly manifest: BuiltManifest;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

type Blobs = Map<string, Uint8Array>;

/** Builds a real, tiny image of the OCI format. It runs nowhere; what it does in the sandbox is said by a label. */
export function buildImage(options: ImageOptions): BuiltImage {
  const { platforms = ['linux/amd64'], attestation = false } = options;
  const blobs: Blobs = new Map();
  const images = platforms.map((platform) => ({ platform, image: platformImage(blobs, options, platform) }));
  const [only] = images;
  if (only !== undefined && images.length === 1 && !attestation) {
    return { blobs, children: [], manifest: only.image };
  }
  const proofs = attestation ? images.map(({ image }) => ({ of: image, proof: attest(blobs, image) })) : [];
  const manifest = manifestOf(indexType, {
    manifests: [
      ...images.map(({ platform, image }) => ({ ...descriptorOf(image), platform: platformOf(platform) })),
      ...proofs.map(({ of, proof }) => attestationEntry(of, proof)),
    ],
  });
  return {
    blobs,
    children: [...images.map(({ image }) => image), ...proofs.map(({ proof }) => proof)],
    manifest,
  };
}

function platformImage(blobs: Blobs, options: ImageOptions, platform: string): BuiltManifest {
  const { seed, layers = 1 } = options;
  const tars = Array.from({ length: layers }, (_, number) =>
    tarOf(`etc/slipway/layer-${number}`, `${seed} ${platform} ${number}\n`),
  );
  const config = {
    created: createdOf(options),
    ...platformOf(platform),
    config: { Cmd: [`/etc/slipway/layer-0`], Labels: labelsOf(options) },
    rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
    history: tars.map((_, number) => ({
      created: createdOf(options),
      created_by: `COPY layer-${number} /etc/slipway/`,
    })),
  };
  return manifestOf(imageType, {
    config: keep(blobs, configType, json(config)),
    layers: tars.map((tar) => keep(blobs, layerType, gzipSync(tar))),
  });
}

/** Builds write who made the image and from what into these labels. https://specs.opencontainers.org/image-spec/annotations/ */
function labelsOf(options: ImageOptions): Record<string, string> {
  const { seed, tag, behaviour, labels } = options;
  return {
    'org.opencontainers.image.revision': createHash('sha1').update(seed).digest('hex'),
    'org.opencontainers.image.authors': 'Ada Lovelace <ada@example.com>',
    'org.opencontainers.image.source': 'https://git.example.com/shop',
    'org.opencontainers.image.created': createdOf(options),
    ...(tag === undefined ? {} : { 'org.opencontainers.image.version': tag }),
    ...(behaviour === undefined ? {} : { [behaviourLabel]: behaviour }),
    ...labels,
  };
}

function createdOf({ created = '2026-01-01T00:00:00Z' }: ImageOptions): string {
  return created;
}

function attest(blobs: Blobs, image: BuiltManifest): BuiltManifest {
  const predicateType = 'https://slsa.dev/provenance/v0.2';
  const statement = json({
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType,
    subject: [{ name: 'image', digest: { sha256: image.digest.slice('sha256:'.length) } }],
    predicate: { buildType: 'https://mobyproject.org/buildkit@v1' },
  });
  const config = {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [sha256(statement)] },
  };
  const layer = keep(blobs, attestationType, statement);
  return manifestOf(imageType, {
    config: keep(blobs, configType, json(config)),
    layers: [{ ...layer, annotations: { 'in-toto.io/predicate-type': predicateType } }],
  });
}

function attestationEntry(of: BuiltManifest, proof: BuiltManifest) {
  return {
    ...descriptorOf(proof),
    platform: { architecture: 'unknown', os: 'unknown' },
    annotations: {
      'vnd.docker.reference.digest': of.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  };
}

function manifestOf(mediaType: string, members: object): BuiltManifest {
  const bytes = json({ schemaVersion: 2, mediaType, ...members });
  return { mediaType, bytes, digest: sha256(bytes) };
}

function descriptorOf({ mediaType, digest, bytes }: BuiltManifest): Descriptor {
  return { mediaType, digest, size: bytes.length };
}

function keep(blobs: Blobs, mediaType: string, bytes: Uint8Array): Descriptor {
  const digest = sha256(bytes);
  blobs.set(digest, bytes);
  return { mediaType, digest, size: bytes.length };
}

function platformOf(text: string) {
  const [os = '', architecture = '', variant] = text.split('/');
  return { architecture, os, ...(variant === undefined ? {} : { variant }) };
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
