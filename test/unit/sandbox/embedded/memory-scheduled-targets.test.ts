import { expect, it } from 'vitest';
import { memoryScheduledTargets } from '../../../../sandbox/embedded/memory-scheduled-targets.ts';

const schedule = {
  cluster: 'demo',
  service: 'schedule:default/nightly',
  taskDefinition: 'report:1',
  enabled: true,
};
const rule = { ...schedule, service: 'rule:default/hourly/1' };

it('lists schedules and rules apart, and sets the task definition of one', async () => {
  const targets = memoryScheduledTargets();
  targets.put(schedule);
  targets.put(rule);
  await targets.set(schedule, 'report:2');
  expect(await targets.page('schedules')).toEqual({ items: [{ ...schedule, taskDefinition: 'report:2' }] });
  expect(await targets.page('rules')).toEqual({ items: [rule] });
  expect(await targets.read(rule)).toEqual(rule);
});

it('knows nothing of others', async () => {
  const targets = memoryScheduledTargets();
  expect(await targets.read(schedule)).toBeUndefined();
  await expect(targets.set(schedule, 'report:2')).rejects.toMatchObject({ name: 'Refused', code: 'Gone' });
});
