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
    const prefix = `${repository}:`;
    const tags = [...this.#tags]
      .filter(([name, its]) => name.startsWith(prefix) && its === image.digest)
      .map(([name]) => name.slice(prefix.length));
    return Promise.resolve({ digest: image.digest, tags, pushedAt: this.#pushedAt.get(image.digest) });
  }

  #find(repository: string, reference: string): StoredImage | undefined {
    return this.#images.get(`${repository}@${this.#tags.get(`${repository}:${reference}`) ?? reference}`);
  }
}
