import { parseImageRef, pinned, withDigest } from '../image-ref.ts';
import type { Good, Rollout, Wanted, WantedImages } from './rollout.ts';
import { type ContainerImage, knownBy, type Target } from './state.ts';

export type Images = Readonly<Record<string, string>>;

/** Container → pinned image, as a rollout wants it. */
export function imagesOf(changes: WantedImages): Images {
  return Object.fromEntries(
    Object.entries(changes).map(([container, wanted]) => [container, pinned(wanted)]),
  );
}

/** What the containers run once a rollout has completed. */
export function containersAfter(
  containers: readonly ContainerImage[],
  { changes, goBackTo, holds }: Pick<Rollout, 'changes' | 'goBackTo' | 'holds'>,
): readonly ContainerImage[] {
  if (holds !== undefined) return Object.entries(holds).map(([name, image]) => ({ name, image }));
  const images: Images = { ...goBackTo?.images, ...imagesOf(changes) };
  const before = containers.map(({ name, image }) => ({ name, image: images[name] ?? image }));
  const known = new Set(containers.map(({ name }) => name));
  const more = Object.entries(images).filter(([name]) => !known.has(name));
  return [...before, ...more.map(([name, image]) => ({ name, image }))];
}

/** Container → image, by digest wherever one is known. */
export function asImages(containers: readonly ContainerImage[], digests: Images = {}): Images {
  return Object.fromEntries(containers.map(({ name, image }) => [name, withDigest(image, digests[name])]));
}

export function isPinned(image: string): boolean {
  return image.includes('@sha256:');
}

/** The rule of what a rollback wants. */
export const ofRollback = 'rollback';

/** The pinned images of a good revision as something that is wanted again: only of these containers. */
export function wantedAgain(target: Target, { images }: Good, containers: readonly string[]): WantedImages {
  return Object.fromEntries(
    containers.flatMap((name) => {
      const ref = parseImageRef(images[name] ?? '');
      if (ref?.digest === undefined) return [];
      const known = knownBy(target, ref.digest);
      const { registry, repository, digest } = ref;
      const again: Wanted = {
        registry,
        repository,
        digest,
        tag: known?.tag ?? ref.tag ?? '',
        pushedAt: known?.pushedAt ?? 0,
        answeredAt: known?.answeredAt,
        rule: ofRollback,
        commit: known?.commit,
        author: known?.author,
      };
      return [[name, again] as const];
    }),
  );
}

/** Every digest among image references. */
export function digestsOf(images: Iterable<string>): readonly string[] {
  return [...images].flatMap((image) => parseImageRef(image)?.digest ?? digestOf(image) ?? []);
}

function digestOf(image: string): string | undefined {
  return /@(?<digest>sha256:[a-f0-9]{64})$/.exec(image)?.groups?.['digest'];
}

/** Far above what a target runs in a year. */
const ranKept = 300;

export function remember(ran: readonly string[] = [], digests: readonly string[]): readonly string[] {
  const fresh = digests.filter((one) => !ran.includes(one));
  return [...new Set(fresh), ...ran].slice(0, ranKept);
}
