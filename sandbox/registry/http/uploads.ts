import { mountBlob } from '../blobs.ts';
import { checkDigest, checkRepositoryName } from '../names.ts';
import { invalid, Refusal } from '../refusal.ts';
import { bodyOf } from './body.ts';
import { type Exchange, header, type Reply } from './exchange.ts';

/** POST: begins an upload, takes a whole blob at once, or mounts one from another repository. */
export async function beginUpload(exchange: Exchange): Promise<Reply> {
  const { registry, uploads, name, query } = exchange;
  checkRepositoryName(name);
  const mount = query.get('mount');
  const from = query.get('from');
  if (mount !== null && from !== null) {
    checkDigest(mount);
    if (mountBlob(registry, name, { digest: mount, from })) return created(name, mount);
  }
  const digest = query.get('digest');
  if (digest !== null) checkDigest(digest);
  const id = uploads.begin(name);
  if (digest === null) return accepted({ ...exchange, reference: id });
  try {
    await uploads.append(name, id, bodyOf(exchange.request));
  } catch (error) {
    await uploads.cancel(name, id);
    throw error;
  }
  await uploads.complete(name, id, digest);
  return created(name, digest);
}

/** PATCH: the next bytes. With Content-Range they must begin where the last ended. */
export async function continueUpload(exchange: Exchange): Promise<Reply> {
  await appendChunk(exchange);
  return accepted(exchange);
}

/** PUT: the last bytes, if any, and the digest of all. */
export async function completeUpload(exchange: Exchange): Promise<Reply> {
  const { uploads, name, reference: id, query } = exchange;
  uploads.offset(name, id);
  const digest = query.get('digest');
  if (digest === null) throw invalid('DIGEST_INVALID', 'The digest is missing: add ?digest=sha256:…');
  checkDigest(digest);
  await appendChunk(exchange);
  await uploads.complete(name, id, digest);
  return created(name, digest);
}

export function describeUpload(exchange: Exchange): Reply {
  return { ...accepted(exchange), status: 204 };
}

export async function cancelUpload({ uploads, name, reference: id }: Exchange): Promise<Reply> {
  await uploads.cancel(name, id);
  return { status: 204 };
}

async function appendChunk(exchange: Exchange): Promise<void> {
  const { uploads, name, reference: id, request } = exchange;
  checkContentRange(exchange, uploads.offset(name, id));
  await uploads.append(name, id, bodyOf(request));
}

function checkContentRange(exchange: Exchange, offset: number): void {
  const text = header(exchange, 'content-range');
  if (text === undefined) return;
  const [, first, last] = /^(?:bytes )?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(text) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw rangeRefused(exchange, `The Content-Range '${text}' is not <first>-<last>`);
  }
  if (Number(first) !== offset) {
    throw rangeRefused(exchange, `The chunk begins at ${first}, but the upload goes on at ${offset}`);
  }
  const length = header(exchange, 'content-length');
  if (length !== undefined && Number(length) !== Number(last) - Number(first) + 1) {
    throw invalid('SIZE_INVALID', `The Content-Range '${text}' does not fit the Content-Length ${length}`);
  }
}

function rangeRefused(exchange: Exchange, message: string): Refusal {
  return new Refusal(message, {
    code: 'RANGE_INVALID',
    status: 416,
    type: 'InvalidLayerPartException',
    headers: progress(exchange),
  });
}

function accepted(exchange: Exchange): Reply {
  return { status: 202, headers: { ...progress(exchange), 'Content-Length': 0 } };
}

function progress({ uploads, name, reference: id }: Exchange): Record<string, string> {
  const last = Math.max(0, uploads.offset(name, id) - 1);
  return { Location: `/v2/${name}/blobs/uploads/${id}`, Range: `0-${last}`, 'Docker-Upload-UUID': id };
}

function created(name: string, digest: string): Reply {
  return {
    status: 201,
    headers: {
      Location: `/v2/${name}/blobs/${digest}`,
      'Docker-Content-Digest': digest,
      'Content-Length': 0,
    },
  };
}
