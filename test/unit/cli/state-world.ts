import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyCommand } from '../../../functions/roll-service/command.ts';
import { realClock } from '../../../sandbox/clock.ts';
import { MemoryQueue } from '../../../sandbox/embedded/memory-queue.ts';
import { MemoryTable } from '../../../sandbox/embedded/memory-table.ts';
import { startStateEndpoint } from '../../../sandbox/embedded/state-endpoint.ts';
import { startWorker } from '../../../sandbox/embedded/worker.ts';
import { createRegistry } from '../../../sandbox/registry/registry.ts';
import { startRegistry } from '../../../sandbox/registry/server.ts';
import { account, region } from '../../../sandbox/world-types.ts';
import { readNudge } from '../../../shared/domain/nudge.ts';
import { close, type Rollout } from '../../../shared/domain/target/rollout.ts';
import { currentRollout, type Target, withRollout } from '../../../shared/domain/target/state.ts';
import { changeTarget } from '../../../shared/records/target-record.ts';
import { arn } from '../../builders/rollouts.ts';
import { FakeTaskDefinitions } from '../../fakes/fake-task-definitions.ts';

type Ends = (rollout: Rollout) => { readonly outcome: Rollout['phase']; readonly reason: string };

/** A running world of which there is no more than the command line sees: state, commands, and how rollouts end. */
export async function startStateWorld(folder: string) {
  const clock = realClock();
  const table = new MemoryTable();
  const rollouts = new MemoryQueue({ clock, fifo: true, visibilityMs: 60_000, receiveMax: 9 });
  const state = await startStateEndpoint({ table, rollouts });
  const registry = createRegistry({ clock, account, region, emit: () => undefined });
  const server = await startRegistry(registry);
  const definitions = new FakeTaskDefinitions(() => Date.now());
  const world = {
    table,
    registry,
    definitions,
    /** How roll-service ends the next rollouts. Undefined: it leaves them open. */
    ends: ((): unknown => ({ outcome: 'completed', reason: 'as ECS says' })) as Ends | undefined,
    env: { SLIPWAY_WORLD_FOLDER: join(folder, 'world') },
    give: (target: Target) =>
      changeTarget({ table, now: Date.now() }, target, () => ({ target, notices: [] })),
    close: async () => {
      worker.stop();
      await Promise.all([state.close(), server.close()]);
    },
  };
  const deps = {
    table,
    rollouts,
    definitions,
    clock: { now: () => Date.now(), pause: () => Promise.resolve() },
    journal: { record: () => undefined },
    mode: 'act',
  } as const;
  const worker = startWorker(rollouts, {
    concurrency: 5,
    failed: (error) => {
      throw error;
    },
    flow: async (message) => {
      const name = readNudge(message);
      if (name === undefined) return applyCommand(message, deps);
      const { ends } = world;
      if (ends === undefined) return;
      await changeTarget({ table, now: Date.now() }, name, (target) => {
        const rollout = target === undefined ? undefined : currentRollout(target);
        if (target === undefined || rollout === undefined) return undefined;
        return { target: withRollout(target, ended(rollout, ends)), notices: [] };
      });
    },
  });
  const dead = 'http://127.0.0.1:9';
  const endpoints = { ecs: dead, registry: server.url, inbox: dead, state: state.url };
  await mkdir(world.env.SLIPWAY_WORLD_FOLDER, { recursive: true });
  const content = { pid: process.pid, state: 'ready', world: 'embedded', endpoints };
  await writeFile(join(world.env.SLIPWAY_WORLD_FOLDER, 'world.json'), JSON.stringify(content));
  return world;
}

function ended(rollout: Rollout, ends: Ends): Rollout {
  const { outcome, reason } = ends(rollout);
  const at = rollout.acceptedAt;
  const started = { ...rollout, revision: arn(rollout.generation + 1), startedAt: at };
  return close(started, outcome as 'completed', { at: at + 42_000, reason });
}
