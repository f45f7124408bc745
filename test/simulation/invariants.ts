import { announcedTruly } from './invariants/announced.ts';
import { endsRight } from './invariants/ends.ts';
import { goodIsVerified } from './invariants/good-revision.ts';
import { plansCount } from './invariants/plans.ts';
import { nothingIsStuck } from './invariants/rest.ts';
import { nothingIsLeftBehind } from './invariants/revisions.ts';
import type { Scene } from './scene.ts';

/** What has to be true once the world has come to rest. What may never be, at any moment, is watched by `watch.ts`. */
export function judge(scene: Scene): void {
  if (!nothingIsStuck(scene)) return;
  announcedTruly(scene);
  nothingIsLeftBehind(scene);
  goodIsVerified(scene);
  plansCount(scene);
  endsRight(scene);
}
