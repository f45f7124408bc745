import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { loadConfig } from '../../shared/config/load.ts';
import { problemLine } from '../../shared/config/problem.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { realClock } from '../clock.ts';
import { makeDemo } from '../demo/cluster.ts';
import { type FunctionName, functionNames } from '../embedded/functions.ts';
import { type EmbeddedWorld, startEmbedded } from '../embedded/world.ts';
import { startInbox } from '../inbox.ts';
import { building } from '../local-aws/undo.ts';
import { leftAlone, slackLine } from '../tour/slack-line.ts';
import { type RunningWorld, secretName, seed, type WorldOptions } from './running-world.ts';
import { adminEcs, worldOver } from './world-over.ts';

const pace = 60;
const settlesWithinMs = 60_000;

export interface RunningEmbedded extends RunningWorld {
  readonly embedded: EmbeddedWorld;
}

/** Node alone: the flows over in-memory ports, ECS and ECR on loopback. */
export function startEmbeddedWorld({
  root,
  signal,
  saw,
  onFault,
  off = [],
  patienceMs,
  fleet,
  sawNothing = () => undefined,
}: WorldOptions): Promise<RunningEmbedded> {
  return building(async (undos) => {
    const inbox = await startInbox((message) => saw(slackLine(message)));
    undos.add(() => inbox.close());
    const journal: JsonObject[] = [];
    let stands = false;
    const embedded = await startEmbedded({
      clock: realClock(),
      config: await demoConfig(root),
      pace,
      seed,
      secrets: { [secretName]: inbox.url },
      journal: {
        record: (entry) => {
          journal.push(JSON.parse(JSON.stringify(entry)) as JsonObject);
          const said = leftAlone(entry);
          if (said !== undefined && stands) sawNothing(said);
        },
      },
      off: off.filter((name): name is FunctionName => (functionNames as readonly string[]).includes(name)),
      failed: onFault,
    });
    undos.add(() => embedded.close());
    const endpoints = { ...embedded.endpoints, inbox: inbox.url };
    await makeDemo({ ecs: adminEcs(endpoints.ecs), registryUrl: endpoints.registry, fleet });
    await embedded.reconcile();
    await settled(embedded, { off, journal, signal });
    stands = true;
    const world = worldOver({
      name: 'embedded',
      endpoints,
      signal,
      patienceMs,
      journal: () => Promise.resolve(journal),
      losingEvents: embedded.losingEvents,
      reconcile: () => embedded.reconcile(),
    });
    return { world, pace, inbox, embedded, close: () => undos.run() };
  });
}

interface Settling {
  readonly off: readonly string[];
  readonly journal: readonly JsonObject[];
  readonly signal: AbortSignal;
}

/** Until Slipway knows what runs: a push before that finds nobody. */
async function settled({ queues }: EmbeddedWorld, { off, journal, signal }: Settling): Promise<void> {
  if (off.includes('reconcile')) return;
  const isOver = () =>
    journal.some(({ outcome }) => outcome === 'pass over') &&
    (off.includes('image-pushed') || queues.pushes.length === 0);
  const end = Date.now() + settlesWithinMs;
  while (!isOver()) {
    if (Date.now() > end)
      throw new Error(`Slipway did not see the demo's services within ${settlesWithinMs / 1_000} s`);
    await setTimeout(20, undefined, { signal });
  }
}

async function demoConfig(root: string): Promise<SlipwayConfig> {
  const loaded = await loadConfig({ folder: root, file: join('sandbox', 'demo', 'slipway.yml') });
  if (loaded.ok) return loaded.config;
  throw new Error(loaded.problems.map((problem) => problemLine(loaded.file, problem)).join('\n'));
}
