import { createHash } from 'node:crypto';

export function digestOf(bytes: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** A client of one repository that says exactly what the test wants it to say. */
export function client(url: string, repository = 'shop/web') {
  const base = `${url}/v2/${repository}`;
  const ask = (path: string, { method = 'GET', ...rest }: Asked = {}) =>
    fetch(new URL(path, `${base}/`), {
      method,
      ...rest,
      ...(rest.body === undefined ? {} : { duplex: 'half' }),
    });
  const begin = async (query = '') => {
    const response = await ask(`blobs/uploads/${query}`, { method: 'POST' });
    return response.headers.get('location') ?? '';
  };
  return {
    ask,
    begin,
    async blob(bytes: string) {
      await ask(`blobs/uploads/?digest=${digestOf(bytes)}`, { method: 'POST', body: bytes });
      return {
        mediaType: 'application/octet-stream',
        digest: digestOf(bytes),
        size: Buffer.byteLength(bytes),
      };
    },
    patch: (location: string, body: string, headers: Record<string, string> = {}) =>
      ask(location, { method: 'PATCH', body, headers }),
    put: (location: string, digest: string, body?: string) =>
      ask(`${location}?digest=${digest}`, { method: 'PUT', ...(body === undefined ? {} : { body }) }),
    manifest: (reference: string, manifest: object, mediaType = ociImage) =>
      ask(`manifests/${reference}`, {
        method: 'PUT',
        headers: { 'Content-Type': mediaType },
        body: JSON.stringify(manifest),
      }),
  };
}

export type Client = ReturnType<typeof client>;

export const ociImage = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';

/** The codes of an error answer. */
export async function codesOf(response: Response): Promise<string[]> {
  const { errors } = (await response.json()) as { errors: { code: string }[] };
  return errors.map(({ code }) => code);
}

/** A manifest with one layer, whose blobs are pushed. */
export async function aManifest(to: Client, more: object = {}) {
  const config = await to.blob('{"os":"linux","architecture":"amd64"}');
  const layer = await to.blob('layer');
  return { schemaVersion: 2, mediaType: ociImage, config, layers: [layer], ...more };
}
