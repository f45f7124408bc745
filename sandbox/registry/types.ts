import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Emit } from '../world-types.ts';
import type { Manifest } from './manifest.ts';

/** Bytes that the registry holds, in memory or in a file. */
export interface Content {
  readonly size: number;
  /** The bytes from `start` to `end`, both included. */
  stream(start: number, end: number): Readable;
  /** All of it, where it is small enough to be read at once, as a configuration is. */
  readSmall(): Uint8Array | undefined;
  discard(): void;
}

/** Bytes and counts that bound what clients can make the registry hold. */
export interface Limits {
  readonly manifestBytes: number;
  readonly manifestTotalBytes: number;
  readonly blobBytes: number;
  readonly totalBytes: number;
  readonly repositories: number;
  readonly uploads: number;
}

/** What is not known of ECR, so that a simulation can vary it. */
export interface Switches {
  /** A push of a tag that is already on that digest. */
  readonly repeatedPush: 'silent' | 'event';
  /** What stands in `image-tag` when an image is deleted. */
  readonly deletedTag: 'set' | 'empty' | 'absent';
}

export interface RegistryOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly account: string;
  readonly region: string;
  readonly limits?: Partial<Limits> | undefined;
  readonly switches?: Partial<Switches> | undefined;
}

export type Mutability = 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';

export interface ExclusionFilter {
  readonly filterType: 'WILDCARD';
  readonly filter: string;
}

export interface Image {
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
  /** When the digest came first, in milliseconds; a tag that moves to it later does not change this. */
  readonly pushedAt: number;
  /** As ECR counts: the layers and the configuration, of an index its largest child. */
  readonly sizeInBytes: number;
  readonly tags: Set<string>;
}

export interface Repository {
  readonly name: string;
  readonly arn: string;
  readonly uri: string;
  readonly createdAt: number;
  mutability: Mutability;
  exclusionFilters: readonly ExclusionFilter[];
  scanOnPush: boolean;
  readonly resourceTags: Map<string, string>;
  readonly images: Map<string, Image>;
  /** Tag → digest. */
  readonly tags: Map<string, string>;
  readonly blobs: Map<string, Content>;
}

/** The world's ECR: what it holds, with the account and Region in which it stands. */
export interface RegistryState {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly account: string;
  readonly region: string;
  /** The registry's host in references, as ECS knows it. */
  readonly host: string;
  readonly limits: Limits;
  readonly switches: Switches;
  readonly repositories: Map<string, Repository>;
  /** In how many repositories each content is. */
  readonly holders: Map<Content, number>;
  heldBytes: number;
  manifestBytes: number;
  /** How many ids were given out. */
  ids: number;
}

export interface ImageId {
  readonly imageDigest?: string | undefined;
  readonly imageTag?: string | undefined;
}
