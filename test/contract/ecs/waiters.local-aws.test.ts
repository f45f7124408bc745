import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { realClock } from '../../../sandbox/clock.ts';
import { ensureMoto } from './environment.ts';
import { type ModelWorld, startModelWorld } from './model-world.ts';

const run = promisify(execFile);
const pace = 100;
const waitSeconds = 20;
const scriptMs = 120_000;
const installMs = 420_000;

const paged = z.strictObject({ pages: z.int(), items: z.int(), distinct: z.int() });
const report = z.object({
  'the service then': z.record(z.string(), z.int()),
  list_services: paged,
  list_tasks: paged,
  list_task_definitions: paged,
  list_clusters: paged,
});

describe('botocore on our model of ECS', () => {
  let world: ModelWorld;
  let seen: Record<string, unknown>;

  beforeAll(async () => {
    const python = await ensureMoto();
    world = await startModelWorld({ clock: realClock(), pace });
    const script = join(import.meta.dirname, 'waiters.py');
    const { stdout } = await run(python, [script, world.url, String(waitSeconds)], { timeout: scriptMs });
    seen = z.record(z.string(), z.unknown()).parse(JSON.parse(stdout));
  }, installMs);

  afterAll(() => world?.close());

  it.each([
    'services_stable after CreateService',
    'services_stable after UpdateService',
    'tasks_running',
    'tasks_stopped',
    'services_inactive',
  ])('the waiter %s ends', (step) => {
    expect(seen[step]).toBe('done');
  });

  it.each(['services_stable of a service that is not there', 'tasks_running of a stopped task'])(
    'the waiter %s fails at once',
    (step) => {
      expect(seen[step]).toMatch(/terminal failure state/);
    },
  );

  it('has as many tasks as desired when services_stable has ended', () => {
    const { 'the service then': service } = report.parse(seen);
    expect(service).toEqual({ runningCount: 2, desiredCount: 2, pendingCount: 0 });
  });

  it('finds everything by the paginators, once', () => {
    const pages = report.parse(seen);
    expect(pages.list_services).toEqual({ pages: 3, items: 13, distinct: 13 });
    expect(pages.list_task_definitions).toEqual({ pages: 3, items: 7, distinct: 7 });
    expect(pages.list_clusters).toEqual({ pages: 2, items: 3, distinct: 3 });
    expect(pages.list_tasks.items).toBe(pages.list_tasks.distinct);
    expect(pages.list_tasks.pages).toBeGreaterThan(1);
  });
});
