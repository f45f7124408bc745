import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Above this, even small uploads go to files. */
const MEMORY_TOTAL_BYTES = 256 * 1024 * 1024;

/** A private folder for what is too large for memory. It is made when first needed, and goes with the server. */
export class Spool {
  #folder: string | undefined;
  #files = 0;
  #memory = 0;
  readonly #remove = () => this.close();

  /** False when memory is taken, so that the bytes belong into a file. */
  takeMemory(bytes: number): boolean {
    if (this.#memory + bytes > MEMORY_TOTAL_BYTES) return false;
    this.#memory += bytes;
    return true;
  }

  giveMemory(bytes: number): void {
    this.#memory -= bytes;
  }

  newPath(): string {
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(tmpdir(), 'slipway-registry-'));
      process.once('exit', this.#remove);
    }
    this.#files += 1;
    return join(this.#folder, `blob-${this.#files}`);
  }

  close(): void {
    process.off('exit', this.#remove);
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}
