import type { Images, RegisteredImage, StoredImage } from '../../shared/ports.ts';
import { digest } from '../builders/rollouts.ts';

/** ECR: repository, tag and digest of each image. */
export class FakeImages implements Images {
  readonly #images = new Map<string, StoredImage>();
  readonly #tags = new Map<string, string>();
  readonly #pushedAt = new Map<string, number>();

  /** A later push of the same tag moves it. */
  push(
    repository: string,
    tag: string,
    {
      digit,
      pushedAt,
      ...image
    }: Partial<StoredImage> & { readonly digit: string; readonly pushedAt?: number },
  ): void {
    const stored: StoredImage = {
      digest: digest(digit),
      kind: 'image',
      platforms: [{ os: 'linux', architecture: 'amd64' }],
      labels: {},
      ...image,
    };
    this.#images.set(`${repository}@${stored.digest}`, stored);
    this.#tags.set(`${repository}:${tag}`, stored.digest);
    if (pushedAt !== undefined) this.#pushedAt.set(stored.digest, pushedAt);
  }

  find(repository: string, reference: string): Promise<StoredImage | undefined> {
    return Promise.resolve(this.#find(repository, reference));
  }

  tagsOf(repository: string, reference: string): Promise<RegisteredImage | undefined> {
    const image = this.#find(repository, reference);
    if (image === undefined) return Promise.resolve(undefined);
    return Promise.resolve(this.#registered(repository, image.digest));
  }

  async *all(repository: string): AsyncIterable<RegisteredImage> {
    const prefix = `${repository}@`;
    for (const name of this.#images.keys()) {
      const image = this.#registered(repository, name.slice(prefix.length));
      if (name.startsWith(prefix) && image.tags.length > 0) yield image;
    }
  }

  #registered(repository: string, its: string): RegisteredImage {
    const prefix = `${repository}:`;
    const tags = [...this.#tags]
      .filter(([name, held]) => name.startsWith(prefix) && held === its)
      .map(([name]) => name.slice(prefix.length));
    return { digest: its, tags, pushedAt: this.#pushedAt.get(its) };
  }

  #find(repository: string, reference: string): StoredImage | undefined {
    return this.#images.get(`${repository}@${this.#tags.get(`${repository}:${reference}`) ?? reference}`);
  }
}
