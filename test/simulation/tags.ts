import type { PolicyKind } from './case.ts';
import { digestOf } from './registry.ts';

/** Makes the next tag of a repository, as its policy wants tags to be. */
export class Tags {
  readonly #numbers = new Map<string, number>();
  #digests = 0;

  freshDigest(): string {
    this.#digests += 1;
    return digestOf(this.#digests);
  }

  first(repository: string, policy: PolicyKind): string {
    this.#numbers.set(repository, 9);
    return tagFor(policy, 9);
  }

  /** `back`: one that the policy puts before what was there. */
  next(repository: string, policy: PolicyKind, back: boolean): string {
    const last = this.#numbers.get(repository) ?? 9;
    if (back) return tagFor(policy, last % 7);
    this.#numbers.set(repository, last + 1);
    return tagFor(policy, last + 1);
  }
}

function tagFor(policy: PolicyKind, number: number): string {
  switch (policy) {
    case 'exact':
      return 'latest';
    case 'semver':
      return `1.0.${number}`;
    case 'numerical':
      return `${number}`;
    default:
      return `build-${number}`;
  }
}
