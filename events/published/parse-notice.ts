import * as z from 'zod';
import type { Notice } from '../../shared/domain/notice.ts';
import { RejectedInput } from '../../shared/faults.ts';
import { PublishedRollout } from './rollout/schema.ts';
import { PublishedSystem } from './system/schema.ts';
import { PublishedTarget } from './target/schema.ts';

const families = { rollout: PublishedRollout, target: PublishedTarget, system: PublishedSystem } as const;

/** Reads what was published. Throws RejectedInput for anything else; members of a later version are left out. */
export function parseNotice(message: unknown): Notice {
  const result = familyOf(message).safeParse(message);
  if (result.success) return result.data;
  throw new RejectedInput(`not a notice: ${z.prettifyError(result.error)}`, { cause: result.error });
}

/** The word before the dot of its kind. What has none is judged as a rollout, for the sake of the error. */
function familyOf(message: unknown): z.ZodType<Notice> {
  const kind: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'kind') : '';
  const [family = ''] = String(kind).split('.');
  return Object.hasOwn(families, family) ? families[family as keyof typeof families] : families.rollout;
}
