import * as z from 'zod';
import { findBlob } from '../blobs.ts';
import { isDigest } from '../names.ts';
import { blobMissing, Refusal } from '../refusal.ts';
import { addressed, type EcrContext, operation, parameter, registryId, repositoryName } from './input.ts';

/** What ECR asks clients to send at once. */
const PART_BYTES = 10 * 1024 * 1024;

export const checkAvailability = operation(
  z.object({ registryId, repositoryName, layerDigests: z.array(z.string()).min(1).max(100) }),
  (context, input) => {
    const { blobs } = addressed(context, input);
    const [valid, wrong] = split(input.layerDigests, isDigest);
    const layers = valid.map((layerDigest) => ({ layerDigest, ...availability(blobs.get(layerDigest)) }));
    const failures = wrong.map((layerDigest) => ({
      layerDigest,
      failureCode: 'InvalidLayerDigest',
      failureReason: `Invalid parameter at 'LayerDigest' failed to satisfy constraint: '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'`,
    }));
    return { layers, failures };
  },
);

/** AWS signs a URL of S3; here the blob is read where clients of /v2 read it. */
export const downloadUrl = operation(
  z.object({ registryId, repositoryName, layerDigest: z.string() }),
  (context, input) => {
    const { name, blobs } = addressed(context, input);
    if (!blobs.has(input.layerDigest)) throw blobMissing(input.layerDigest);
    return {
      downloadUrl: `${context.origin}/v2/${name}/blobs/${input.layerDigest}`,
      layerDigest: input.layerDigest,
    };
  },
);

export const initiateUpload = operation(z.object({ registryId, repositoryName }), (context, input) => {
  const { name } = addressed(context, input);
  return { uploadId: context.uploads.begin(name), partSize: PART_BYTES };
});

const part = z.object({
  registryId,
  repositoryName,
  uploadId: z.string(),
  partFirstByte: z.int().nonnegative(),
  partLastByte: z.int().nonnegative(),
  layerPartBlob: z.base64(),
});

export const uploadPart = operation(part, async (context, input) => {
  const { name } = addressed(context, input);
  const { uploadId } = input;
  const bytes = Buffer.from(input.layerPartBlob, 'base64');
  const offset = context.uploads.offset(name, uploadId);
  if (input.partFirstByte !== offset) {
    throw layer(
      'InvalidLayerPartException',
      `The layer part's first byte is ${input.partFirstByte}, but the next byte expected is ${offset}`,
    );
  }
  if (input.partLastByte - input.partFirstByte + 1 !== bytes.length) {
    throw parameter('partLastByte', `the part has ${bytes.length} bytes`);
  }
  const received = await context.uploads.append(name, uploadId, one(bytes));
  return { ...who(context, name), uploadId, lastByteReceived: received - 1 };
});

const completion = z.object({
  registryId,
  repositoryName,
  uploadId: z.string(),
  layerDigests: z.array(z.string()).min(1).max(100),
});

export const completeUpload = operation(completion, async (context, input) => {
  const { name } = addressed(context, input);
  const { uploadId, layerDigests } = input;
  const [layerDigest = ''] = layerDigests;
  if (context.uploads.offset(name, uploadId) === 0) {
    throw layer('EmptyUploadException', `The upload '${uploadId}' has no parts`);
  }
  const known = findBlob(context.registry, name, layerDigest) !== undefined;
  await completeOrRefuse(context, { name, uploadId, layerDigest });
  if (known) {
    throw layer('LayerAlreadyExistsException', `The layer with digest '${layerDigest}' already exists`);
  }
  return { ...who(context, name), uploadId, layerDigest };
});

async function completeOrRefuse(
  { uploads }: EcrContext,
  { name, uploadId, layerDigest }: { name: string; uploadId: string; layerDigest: string },
): Promise<void> {
  try {
    await uploads.complete(name, uploadId, layerDigest);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'DIGEST_INVALID') {
      throw Object.assign(layer('InvalidLayerException', error.message), { cause: error });
    }
    throw error;
  }
}

function layer(type: string, message: string): Refusal {
  return new Refusal(message, { code: 'BLOB_UPLOAD_INVALID', status: 400, type });
}

function availability(content: { readonly size: number } | undefined) {
  return content === undefined
    ? { layerAvailability: 'UNAVAILABLE' }
    : { layerAvailability: 'AVAILABLE', layerSize: content.size };
}

function who({ registry }: EcrContext, name: string) {
  return { registryId: registry.account, repositoryName: name };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function split<Entry>(entries: readonly Entry[], wanted: (entry: Entry) => boolean): [Entry[], Entry[]] {
  return [entries.filter(wanted), entries.filter((entry) => !wanted(entry))];
}
