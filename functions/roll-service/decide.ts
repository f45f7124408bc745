import { pinned } from '../../shared/domain/image-ref.ts';
import { holdTag, obstacle, type ServiceSnapshot } from '../../shared/domain/service.ts';
import type { Rollout } from '../../shared/domain/target/state.ts';
import type { Container } from '../../shared/domain/task-definition/revise.ts';

/** Why a rollout may not touch its service, in words. Undefined: it may. */
export function stopsAt(service: ServiceSnapshot | undefined): string | undefined {
  if (service === undefined) return 'service not found';
  const reason = obstacle(service);
  const hold = service.tags[holdTag] ?? '';
  return reason === 'on hold' && hold !== '' ? `on hold: ${hold}` : reason;
}

/** Container → pinned image, as the rollout wants it. */
export function imagesOf({ changes }: Rollout): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(changes).map(([container, wanted]) => [container, pinned(wanted)]),
  );
}

/** What of the images the base revision does not run yet, or why they cannot be put into it. */
export function compareImages(
  images: Readonly<Record<string, string>>,
  containers: readonly Container[],
): { readonly missing: readonly string[]; readonly running: boolean } {
  const byName = new Map(containers.map(({ name, image }) => [name, image]));
  const missing = Object.keys(images).filter((name) => !byName.has(name));
  const running = Object.entries(images).every(([name, image]) => byName.get(name) === image);
  return { missing, running };
}
