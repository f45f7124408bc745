import { type Behaviour, type PullableImage, registryHost } from '../../sandbox/world-types.ts';
import type { Images, RegisteredImage, StoredImage } from '../../shared/ports.ts';

export interface Push {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly at: number;
  /** When image-pushed had dealt with its event. Missing: nobody knows of it. */
  heardAt?: number;
}

interface Repository {
  readonly tags: Map<string, string>;
  readonly pushedAt: Map<string, number>;
}

/** ECR as far as a flow asks for it, and the whole truth of what was pushed. */
export class Registry implements Images {
  readonly pushes: Push[] = [];
  readonly #repositories = new Map<string, Repository>();
  readonly #behaviours = new Map<string, Behaviour>();

  push(push: Push, behaviour: Behaviour): void {
    const repository = this.#repositories.get(push.repository) ?? { tags: new Map(), pushedAt: new Map() };
    this.#repositories.set(push.repository, repository);
    repository.tags.set(push.tag, push.digest);
    if (!repository.pushedAt.has(push.digest)) repository.pushedAt.set(push.digest, push.at);
    if (!this.#behaviours.has(push.digest)) this.#behaviours.set(push.digest, behaviour);
    this.pushes.push(push);
  }

  behaviourOf(digest: string): Behaviour {
    return this.#behaviours.get(digest) ?? 'fine';
  }

  tags(repository: string): ReadonlyMap<string, string> {
    return this.#repositories.get(repository)?.tags ?? new Map();
  }

  /** The greatest number in which a tag of this digest ended, of those of which Slipway had heard by then. */
  greatest(repository: string, digest: string, until: number): number {
    const pushes = this.pushes.filter((push) => push.repository === repository && push.digest === digest);
    const heard = pushes.filter(({ heardAt = Number.POSITIVE_INFINITY }) => heardAt <= until);
    return Math.max(0, ...heard.map(({ tag }) => Number(tag.split('.').at(-1)) || 0));
  }

  /** What a task pulls. Images of other registries are fine. */
  resolve(reference: string): PullableImage | undefined {
    const platforms = ['linux/amd64'];
    if (!reference.startsWith(`${registryHost}/`)) return { digest: elsewhere, behaviour: 'fine', platforms };
    const [name = '', pinned] = reference.slice(registryHost.length + 1).split('@');
    const [repository = '', tag = 'latest'] = name.split(':');
    const digest = pinned ?? this.#repositories.get(repository)?.tags.get(tag);
    if (digest === undefined || this.#repositories.get(repository)?.pushedAt.has(digest) !== true)
      return undefined;
    return { digest, behaviour: this.behaviourOf(digest), platforms };
  }

  async find(repository: string, reference: string): Promise<StoredImage | undefined> {
    const digest = this.#digestOf(repository, reference);
    if (digest === undefined) return undefined;
    return { digest, kind: 'image', platforms: [{ os: 'linux', architecture: 'amd64' }], labels: {} };
  }

  async tagsOf(repository: string, reference: string): Promise<RegisteredImage | undefined> {
    const digest = this.#digestOf(repository, reference);
    return digest === undefined ? undefined : this.#registered(repository, digest);
  }

  async *all(repository: string): AsyncIterable<RegisteredImage> {
    const digests = new Set(this.tags(repository).values());
    for (const digest of digests) yield this.#registered(repository, digest);
  }

  #registered(repository: string, digest: string): RegisteredImage {
    const tags = [...this.tags(repository)].filter(([, its]) => its === digest).map(([tag]) => tag);
    return { digest, tags, pushedAt: this.#repositories.get(repository)?.pushedAt.get(digest) };
  }

  #digestOf(repository: string, reference: string): string | undefined {
    const found = this.#repositories.get(repository);
    if (found === undefined) return undefined;
    return reference.startsWith('sha256:')
      ? [...found.pushedAt.keys()].find((digest) => digest === reference)
      : found.tags.get(reference);
  }
}

const elsewhere = `sha256:${'e'.repeat(64)}`;

export function digestOf(number: number): string {
  return `sha256:${number.toString(16).padStart(4, '0').padEnd(64, '0')}`;
}
