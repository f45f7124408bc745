import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { blobTooLarge } from './blobs.ts';
import { fileContent, memoryContent, SMALL_BYTES } from './content.ts';
import { reserve } from './contents.ts';
import { invalid } from './refusal.ts';
import type { Spool } from './spool.ts';
import type { Content, RegistryState } from './types.ts';

/** Takes bytes as they come, counts and hashes them, and moves to a file when they grow large. */
export class Receiver {
  readonly #registry: RegistryState;
  readonly #spool: Spool;
  readonly #hash = createHash('sha256');
  #chunks: Uint8Array[] = [];
  #memory = 0;
  #file: { readonly path: string; readonly handle: FileHandle } | undefined;
  #size = 0;
  #broken = false;

  constructor(registry: RegistryState, spool: Spool) {
    this.#registry = registry;
    this.#spool = spool;
  }

  get size(): number {
    return this.#size;
  }

  /** Of what has been received so far. */
  digest(): string {
    if (this.#broken) throw uploadBroken();
    return `sha256:${this.#hash.copy().digest('hex')}`;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#broken) throw uploadBroken();
    if (this.#size + chunk.length > this.#registry.limits.blobBytes) throw blobTooLarge(this.#registry);
    reserve(this.#registry, chunk.length);
    this.#size += chunk.length;
    this.#hash.update(chunk);
    this.#broken = true;
    await this.#store(chunk);
    this.#broken = false;
  }

  async #store(chunk: Uint8Array): Promise<void> {
    if (this.#file === undefined && this.#fits(chunk.length)) {
      this.#chunks.push(chunk);
      return;
    }
    this.#file ??= await this.#spill();
    await this.#file.handle.appendFile(chunk);
  }

  async finish(): Promise<Content> {
    if (this.#file === undefined) return this.#inMemory(Buffer.concat(this.#chunks));
    await this.#file.handle.close();
    return fileContent(this.#file.path, this.#size);
  }

  async discard(): Promise<void> {
    this.#freeMemory();
    if (this.#file === undefined) return;
    await this.#file.handle.close();
    await rm(this.#file.path, { force: true });
  }

  #fits(bytes: number): boolean {
    if (this.#size > SMALL_BYTES || !this.#spool.takeMemory(bytes)) return false;
    this.#memory += bytes;
    return true;
  }

  async #spill(): Promise<{ readonly path: string; readonly handle: FileHandle }> {
    const path = this.#spool.newPath();
    const handle = await open(path, 'wx', 0o600);
    for (const chunk of this.#chunks) await handle.appendFile(chunk);
    this.#freeMemory();
    return { path, handle };
  }

  #inMemory(bytes: Uint8Array): Content {
    const free = () => this.#freeMemory();
    return { ...memoryContent(bytes), discard: free };
  }

  #freeMemory(): void {
    this.#spool.giveMemory(this.#memory);
    this.#memory = 0;
    this.#chunks = [];
  }
}

/** The disk is full, for one: what is on it is not what was hashed. */
function uploadBroken(): Error {
  return invalid('BLOB_UPLOAD_INVALID', 'The upload could not be written: begin it again');
}
