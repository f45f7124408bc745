import { randomUUID } from 'node:crypto';
import { type BuiltImage, type BuiltManifest, buildImage, type ImageOptions } from './image.ts';

/** Loopback answers at once; what takes longer is stuck. */
const TIMEOUT_MS = 30_000;

export interface PushOptions extends Omit<ImageOptions, 'seed'> {
  /** As `http://127.0.0.1:5000`. */
  readonly registryUrl: string;
  readonly repository: string;
  readonly tag: string;
  /** Left out, every push is a new image. */
  readonly seed?: string | undefined;
}

export interface Pushed {
  /** What the tag points to now: the index's, where there is one. */
  readonly digest: string;
  readonly mediaType: string;
  /** The untagged manifests that went before it. */
  readonly children: readonly string[];
}

/** The registry refused, with its own words. */
class PushRefused extends Error {
  override readonly name = 'PushRefused';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Builds a small image and pushes it by the OCI Distribution protocol. */
export async function pushImage(options: PushOptions): Promise<Pushed> {
  const { registryUrl, repository, tag, seed = randomUUID(), ...image } = options;
  const base = `${registryUrl.replace(/\/$/, '')}/v2/${repository}`;
  const pushed = await pushBuilt(base, tag, buildImage({ ...image, tag, seed }));
  return pushed;
}

async function pushBuilt(base: string, tag: string, image: BuiltImage): Promise<Pushed> {
  for (const [digest, bytes] of image.blobs) await pushBlob(base, digest, bytes);
  for (const child of image.children) await putManifest(base, child.digest, child);
  await putManifest(base, tag, image.manifest);
  const { digest, mediaType } = image.manifest;
  return { digest, mediaType, children: image.children.map((child) => child.digest) };
}

async function pushBlob(base: string, digest: string, bytes: Uint8Array): Promise<void> {
  const known = await ask(`${base}/blobs/${digest}`, { method: 'HEAD' });
  if (known.ok) return;
  const begun = await accepted(await ask(`${base}/blobs/uploads/`, { method: 'POST' }), 'begin an upload');
  const upload = new URL(begun.headers.get('location') ?? '', base);
  upload.searchParams.set('digest', digest);
  const headers = { 'Content-Type': 'application/octet-stream' };
  await accepted(await ask(upload, { method: 'PUT', headers, body: bytes }), `push blob ${digest}`);
}

async function putManifest(
  base: string,
  reference: string,
  { mediaType, bytes }: BuiltManifest,
): Promise<void> {
  const headers = { 'Content-Type': mediaType };
  const response = await ask(`${base}/manifests/${reference}`, { method: 'PUT', headers, body: bytes });
  await accepted(response, `push manifest ${reference}`);
}

interface Request {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

async function ask(url: string | URL, { body, ...request }: Request): Promise<Response> {
  const sent = body === undefined ? {} : { body: new Uint8Array(body) };
  try {
    return await fetch(url, {
      ...request,
      ...sent,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
  } catch (cause) {
    throw new Error(`No answer from the registry at ${new URL(url).origin}: does the world still run?`, {
      cause,
    });
  }
}

async function accepted(response: Response, what: string): Promise<Response> {
  if (response.ok) return response;
  const text = (await response.text()).slice(0, 2000);
  throw new PushRefused(
    `The registry refused to ${what} (HTTP ${response.status}): ${text}`,
    response.status,
  );
}
