import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { CheckedManifest } from '../manifests.ts';
import type { RegistryState } from '../types.ts';
import type { Uploads } from '../uploads.ts';

/** Copies a manifest elsewhere before it appears here. When it throws, the push is refused and can be tried again. */
export type Mirror = (put: MirroredManifest) => Promise<void>;

export interface MirroredManifest {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string;
  readonly manifest: string;
  readonly mediaType: string;
}

/** One request to /v2, with what its handler needs. */
export interface Exchange {
  readonly registry: RegistryState;
  readonly uploads: Uploads;
  readonly mirror: Mirror | undefined;
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  /** The repository's name. */
  readonly name: string;
  /** The last part of the path: a digest, a tag or an upload's id. */
  readonly reference: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>> | undefined;
  readonly body?: string | Uint8Array | Readable | undefined;
}

export function header({ request }: Exchange, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

export async function mirrorManifest(mirror: Mirror | undefined, checked: CheckedManifest): Promise<void> {
  await mirror?.({
    repository: checked.repository,
    tag: checked.tag,
    digest: checked.digest,
    manifest: new TextDecoder().decode(checked.bytes),
    mediaType: checked.manifest.mediaType,
  });
}
