import { expect, it } from 'vitest';
import { consoleUrl } from '../../../functions/deliver-slack/console-url.ts';

it.each([
  [
    'a service',
    'eu-west-1',
    '<web|',
    'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/a%2Fb/services/%3Cweb%7C/deployments?region=eu-west-1',
  ],
  [
    'a service in China',
    'cn-north-1',
    'web',
    'https://cn-north-1.console.amazonaws.cn/ecs/v2/clusters/a%2Fb/services/web/deployments?region=cn-north-1',
  ],
  [
    'a schedule',
    'eu-west-1',
    'schedule:default/night<ly',
    'https://eu-west-1.console.aws.amazon.com/scheduler/home?region=eu-west-1#schedules/default/night%3Cly',
  ],
  [
    'a target of a rule',
    'eu-west-1',
    'rule:default/nightly/Id 1',
    'https://eu-west-1.console.aws.amazon.com/events/home?region=eu-west-1#/eventbus/default/rules/nightly',
  ],
])('the console of %s in %s', (...[, region, service, expected]) => {
  expect(consoleUrl(region, { cluster: 'a/b', service })).toBe(expected);
});
