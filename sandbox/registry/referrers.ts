import type { Image, Repository } from './types.ts';

export interface Referrer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** The manifests whose subject is this digest, in the order in which they came. The subject itself may be missing. */
export function referrersOf(repository: Repository | undefined, subject: string): readonly Referrer[] {
  const images = [...(repository?.images.values() ?? [])];
  return images.filter(({ manifest }) => manifest.subject === subject).map(describe);
}

function describe({ digest, bytes, manifest }: Image): Referrer {
  return {
    mediaType: manifest.mediaType,
    digest,
    size: bytes.length,
    artifactType: manifest.artifactType,
    annotations: manifest.annotations,
  };
}
