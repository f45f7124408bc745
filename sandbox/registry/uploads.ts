import type { Cancel } from '../clock.ts';
import { checkBlobDigest, keepBlob } from './blobs.ts';
import { release } from './contents.ts';
import { nextId } from './ids.ts';
import { checkRepositoryName } from './names.ts';
import { Receiver } from './receiver.ts';
import { Refusal, uploadMissing } from './refusal.ts';
import { Spool } from './spool.ts';
import type { RegistryState } from './types.ts';

/** An upload that nobody touches for so long is forgotten. */
const IDLE_MS = 15 * 60_000;

interface Upload {
  readonly id: string;
  readonly repository: string;
  readonly received: Receiver;
  busy: boolean;
  expire: Cancel;
}

/** The uploads that have begun and have not ended, over /v2 and over ECR's API alike. */
export class Uploads {
  readonly #registry: RegistryState;
  readonly #spool = new Spool();
  readonly #open = new Map<string, Upload>();

  constructor(registry: RegistryState) {
    this.#registry = registry;
  }

  begin(repository: string): string {
    checkRepositoryName(repository);
    const most = this.#registry.limits.uploads;
    if (this.#open.size >= most) {
      throw new Refusal(`${most} uploads are open already: complete or cancel one`, {
        code: 'TOOMANYREQUESTS',
        status: 429,
        type: 'LimitExceededException',
      });
    }
    const id = nextId(this.#registry);
    const received = new Receiver(this.#registry, this.#spool);
    this.#open.set(id, { id, repository, received, busy: false, expire: this.#expireLater(id) });
    return id;
  }

  /** How many bytes have been received. */
  offset(repository: string, id: string): number {
    return this.#find(repository, id).received.size;
  }

  /** Bytes that arrived before a connection broke stay: the offset says how far it came. */
  async append(repository: string, id: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    const upload = this.#find(repository, id);
    if (upload.busy) throw uploadBusy();
    upload.busy = true;
    try {
      for await (const chunk of chunks) await upload.received.write(chunk);
    } finally {
      upload.busy = false;
      upload.expire();
      upload.expire = this.#expireLater(id);
    }
    return upload.received.size;
  }

  /** Makes a blob of what was received. With a wrong digest the upload is over, too. */
  async complete(repository: string, id: string, digest: string): Promise<void> {
    const upload = this.#find(repository, id);
    if (upload.busy) throw uploadBusy();
    this.#forget(upload);
    try {
      checkBlobDigest(digest, upload.received.digest());
    } catch (error) {
      await this.#discard(upload);
      throw error;
    }
    keepBlob(this.#registry, repository, [digest, await upload.received.finish()]);
  }

  async cancel(repository: string, id: string): Promise<void> {
    const upload = this.#find(repository, id);
    if (upload.busy) throw uploadBusy();
    this.#forget(upload);
    await this.#discard(upload);
  }

  async close(): Promise<void> {
    for (const upload of [...this.#open.values()]) {
      this.#forget(upload);
      await this.#discard(upload);
    }
    this.#spool.close();
  }

  #find(repository: string, id: string): Upload {
    const upload = this.#open.get(id);
    if (upload === undefined || upload.repository !== repository) throw uploadMissing(id.slice(0, 64));
    return upload;
  }

  #forget(upload: Upload): void {
    upload.expire();
    this.#open.delete(upload.id);
  }

  async #discard({ received }: Upload): Promise<void> {
    release(this.#registry, received.size);
    await received.discard();
  }

  #expireLater(id: string): Cancel {
    return this.#registry.clock.after(IDLE_MS, () => {
      const upload = this.#open.get(id);
      if (upload === undefined || upload.busy) return;
      this.#forget(upload);
      void this.#discard(upload);
    });
  }
}

function uploadBusy(): Refusal {
  return new Refusal('Another request is writing to this upload', {
    code: 'BLOB_UPLOAD_INVALID',
    status: 409,
    type: 'InvalidParameterException',
  });
}
