import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadImage } from '../../../sandbox/push/load-image.ts';
import { registryHost } from '../../../sandbox/world-types.ts';
import { shortDigest } from '../../../shared/domain/image-ref.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import { loadTarget } from '../../../shared/records/target-record.ts';
import { arn, digest, name } from '../../builders/rollouts.ts';
import { anImage } from '../../builders/images.ts';
import { startStateWorld } from './state-world.ts';
import { slipway } from './terminal.ts';

let folder: string;
let world: Awaited<ReturnType<typeof startStateWorld>>;
let pushed: string;
const completed = world_ends('completed', 'as ECS says');

function world_ends(outcome: 'completed' | 'failed' | 'skipped' | 'rolled-back', reason: string) {
  return () => ({ outcome, reason });
}
