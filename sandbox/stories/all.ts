import { cannotStart } from './cannot-start.ts';
import { goodPush } from './good-push.ts';
import { multiPlatform } from './multi-platform.ts';
import { unwantedPush } from './unwanted-push.ts';
import type { Story } from './world.ts';

/** The tour, in its order; the same in every world. */
export const stories: readonly Story[] = [goodPush, cannotStart, unwantedPush, multiPlatform];
