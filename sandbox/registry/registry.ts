import type { ResolveImage } from '../world-types.ts';
import { putBlob } from './blobs.ts';
import { type ManifestPut, putManifest } from './manifests.ts';
import { resolveImage } from './resolve.ts';
import type { Image, Limits, RegistryOptions, RegistryState, Switches } from './types.ts';

const MEBIBYTE = 1024 * 1024;

const defaultLimits: Limits = {
  manifestBytes: 4 * MEBIBYTE,
  manifestTotalBytes: 256 * MEBIBYTE,
  blobBytes: 2048 * MEBIBYTE,
  totalBytes: 4096 * MEBIBYTE,
  repositories: 1000,
  uploads: 100,
};

const defaultSwitches: Switches = { repeatedPush: 'silent', deletedTag: 'set' };

/** The world's ECR, with the short ways in for those who need no network. */
export interface Registry extends RegistryState {
  readonly resolveImage: ResolveImage;
  /** Takes small bytes and answers their digest. */
  putBlob(repository: string, bytes: Uint8Array): string;
  putManifest(put: ManifestPut): Image;
}

export function createRegistry(options: RegistryOptions): Registry {
  const { clock, emit, account, region } = options;
  const state: RegistryState = {
    clock,
    emit,
    account,
    region,
    host: `${account}.dkr.ecr.${region}.amazonaws.com`,
    limits: { ...defaultLimits, ...options.limits },
    switches: { ...defaultSwitches, ...options.switches },
    repositories: new Map(),
    holders: new Map(),
    heldBytes: 0,
    manifestBytes: 0,
    ids: 0,
  };
  return Object.assign(state, {
    resolveImage: (reference: string) => resolveImage(state, reference),
    putBlob: (repository: string, bytes: Uint8Array) => putBlob(state, repository, bytes),
    putManifest: (put: ManifestPut) => putManifest(state, put),
  });
}
