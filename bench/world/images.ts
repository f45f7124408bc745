import type { Images, StoredImage } from '../../shared/ports.ts';
import type { VirtualTime } from './virtual-time.ts';

const callMs = 40;

export interface PushedImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly at: number;
}

/** What ECR holds: images for every platform, the newest push of a tag counts. */
export class BenchImages implements Images {
  readonly #time: VirtualTime;
  readonly #pushed: PushedImage[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  add(image: PushedImage): void {
    this.#pushed.push(image);
  }

  async find(repository: string, reference: string): Promise<StoredImage | undefined> {
    await this.#time.pass(callMs);
    const image = this.resolve(repository, reference);
    if (image === undefined) return undefined;
    return { digest: image.digest, kind: 'image', platforms: [], labels: {} };
  }

  async tagsOf(repository: string, reference: string) {
    await this.#time.pass(callMs);
    const image = this.resolve(repository, reference);
    if (image === undefined) return undefined;
    const same = this.#pushed.filter((one) => one.repository === repository && one.digest === image.digest);
    return { digest: image.digest, tags: same.map(({ tag }) => tag), pushedAt: image.at };
  }

  async *all(repository: string) {
    await this.#time.pass(callMs);
    for (const { tag, digest, at } of this.#pushed.filter((one) => one.repository === repository)) {
      yield { digest, tags: [tag], pushedAt: at };
    }
  }

  resolve(repository: string, reference: string): PushedImage | undefined {
    return this.#pushed
      .toReversed()
      .find((one) => one.repository === repository && (one.tag === reference || one.digest === reference));
  }
}
