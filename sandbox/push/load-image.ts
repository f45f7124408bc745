import type { Registry } from '../registry/registry.ts';
import type { BuiltImage } from './image.ts';

/** Puts an image into the world's ECR without a network: the simulation's push. Answers the tagged digest. */
export function loadImage(registry: Registry, { repository, tag }: Place, image: BuiltImage): string {
  for (const bytes of image.blobs.values()) registry.putBlob(repository, bytes);
  for (const { bytes } of image.children) registry.putManifest({ repository, bytes });
  return registry.putManifest({ repository, tag, bytes: image.manifest.bytes }).digest;
}

interface Place {
  readonly repository: string;
  readonly tag: string;
}
