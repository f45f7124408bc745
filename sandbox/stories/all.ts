import { cannotStart } from './cannot-start.ts';
import { goodPush } from './good-push.ts';
import { lostPush } from './lost-push.ts';
import { multiPlatform } from './multi-platform.ts';
import { thirtyServices } from './thirty-services.ts';
import { unwantedPush } from './unwanted-push.ts';
import { withoutBreaker } from './without-breaker.ts';
import type { Story } from './world.ts';

/** The tour, in its order; the same in every world. */
export const stories: readonly Story[] = [
  goodPush,
  cannotStart,
  unwantedPush,
  multiPlatform,
  withoutBreaker,
  thirtyServices,
  lostPush,
];
