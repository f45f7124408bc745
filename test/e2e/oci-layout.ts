import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage, type ImageOptions } from '../../sandbox/push/image.ts';

/** Writes an image as a folder of the OCI image layout, which any client can copy from. Gives its digest. */
export async function writeOciLayout(folder: string, options: ImageOptions): Promise<string> {
  const { blobs, children, manifest } = buildImage(options);
  const all = new Map(blobs);
  for (const { digest, bytes } of [...children, manifest]) all.set(digest, bytes);
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  for (const [digest, bytes] of all) await writeFile(join(folder, 'blobs', ...digest.split(':')), bytes);
  const { mediaType, digest, bytes } = manifest;
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest, size: bytes.length }] };
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  return digest;
}
