import { targetNotice } from '../notice.ts';
import type { Step } from './accept.ts';
import { owe } from './debts.ts';
import type { WantedImages } from './rollout.ts';
import type { Quarantined, Target } from './state.ts';

const keptMax = 20;

export function isQuarantined(target: Target, repository: string, digest: string): Quarantined | undefined {
  return target.quarantine?.find((one) => one.repository === repository && one.digest === digest);
}

/** The digest failed here for a cause of its own: pushing or tagging it again does nothing. */
export function quarantine(target: Target, image: Quarantined): Step {
  const others = (target.quarantine ?? []).filter(({ digest }) => digest !== image.digest);
  const { at, reason } = image;
  return {
    target: { ...target, quarantine: [image, ...others].slice(0, keptMax) },
    notices: [targetNotice(target, { kind: 'target.quarantined', at, reason, image: named(image) })],
  };
}

/** Another digest of the same repository has completed. */
export function lift(target: Target, completed: WantedImages): Target {
  const { quarantine: listed = [] } = target;
  const repositories = new Set(Object.values(completed).map(({ repository }) => repository));
  const left = listed.filter(({ repository }) => !repositories.has(repository));
  return left.length === listed.length ? target : { ...target, quarantine: left };
}

interface Asked {
  /** Missing: every one. */
  readonly digest?: string | undefined;
  readonly by: string;
  readonly at: number;
}

/** Undefined: nothing of the kind is quarantined. The digest counts as one that never ran here. */
export function unquarantine(target: Target, { digest, by, at }: Asked): Step | undefined {
  const listed = target.quarantine ?? [];
  const lifted = listed.filter((one) => digest === undefined || one.digest === digest);
  if (lifted.length === 0) return undefined;
  const digests = new Set(lifted.map((one) => one.digest));
  const left = {
    ...target,
    quarantine: listed.filter((one) => !digests.has(one.digest)),
    ran: (target.ran ?? []).filter((one) => !digests.has(one)),
  };
  return {
    target: owe(left, { kind: 'see' }),
    notices: lifted.map((one) =>
      targetNotice(target, { kind: 'target.unquarantined', at, reason: one.reason, by, image: named(one) }),
    ),
  };
}

function named({ repository, tag, digest }: Quarantined) {
  return { repository, tag, digest };
}
