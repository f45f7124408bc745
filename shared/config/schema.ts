import * as z from 'zod';
import { type DurationLimits, durationObjection, durationPattern } from '../domain/duration.ts';
import { severities } from '../domain/notice.ts';
import {
  clusterName,
  containerName,
  kindPattern,
  type NameCheck,
  repositoryPattern,
  rolePattern,
  secretName,
  serviceName,
  servicePattern,
} from './names.ts';
import { quoted } from './problem.ts';
import { tagPolicy } from './tags.ts';

/** Bounds of a list: far above what one stack can hold. */
const most = { clusters: 100, rules: 500, patterns: 200, channels: 20, targets: 10_000 } as const;

function name(check: NameCheck) {
  return z.string().superRefine((text, context) => {
    const objection = check(text);
    if (objection === undefined) return;
    context.addIssue({ code: 'custom', message: objection.problem, params: { fix: objection.fix } });
  });
}

/** As text: milliseconds are made of it once everything is checked. */
function duration(limits: DurationLimits) {
  const check: NameCheck = (text) => {
    const objection = durationObjection(text, limits);
    return objection && { ...objection, problem: `${quoted(text)} ${objection.problem}` };
  };
  const kind = limits.wholeMinutes === true ? 'whole minutes' : 'duration';
  return name(check).meta({ pattern: durationPattern, 'x-type': `${kind}, ${limits.min} to ${limits.max}` });
}

function someOf(check: NameCheck) {
  return z.array(name(check)).min(1).max(most.patterns);
}

const cluster = z.union([
  name(clusterName),
  z.strictObject({
    name: name(clusterName).meta({ description: 'name of the cluster', examples: ['dev'] }),
    adoptByTag: z
      .boolean()
      .default(false)
      .meta({ description: 'whether services here may opt in with the ECS tag `slipway:tags`' }),
  }),
]);

const permissions = z
  .strictObject({
    passRoles: z
      .array(name(rolePattern))
      .max(most.patterns)
      .meta({
        description:
          'IAM roles that task definitions carry and Slipway may pass on; `*` and `?` are wildcards',
        examples: [['shop-web-*']],
      }),
  })
  .meta({
    description: 'what the stack may do beyond rolling services',
    examples: [{ passRoles: ['shop-web-*'] }],
    'x-default': 'asked for when the stack is packaged',
  });

const deployRule = z.strictObject({
  image: name(repositoryPattern).meta({
    description:
      'ECR repository, globs allowed (`*` stays before a `/`, `**` crosses it); of another account or Region with its registry before it, whose events you forward',
    examples: ['shop/web'],
  }),
  tags: tagPolicy,
  services: someOf(servicePattern)
    .optional()
    .meta({
      description: 'which services, as `cluster/service`; `*` and `?` are wildcards in the service',
      examples: [['prod/web']],
      'x-default': 'every service of `clusters` that runs the image',
    }),
  containers: someOf(containerName)
    .optional()
    .meta({
      description: 'which containers of a task definition',
      examples: [['app']],
      'x-default': 'every container whose image is this repository',
    }),
  base: z
    .enum(['running', 'latest'])
    .default('running')
    .meta({ description: "which revision is cloned: the one that runs, or the family's newest" }),
  adopt: z.enum(['baseline', 'now']).default('baseline').meta({
    description:
      'a service that Slipway sees for the first time: `baseline` leaves it as it runs until the next push, `now` rolls it',
  }),
  first: name(serviceName)
    .optional()
    .meta({
      description: 'a service, as `cluster/service`, that is rolled and verified good before the others',
      examples: ['prod/web-canary'],
      'x-default': 'none: all alike',
    }),
  parallel: z
    .int()
    .min(1)
    .max(most.targets)
    .default(20)
    .meta({ description: 'at most so many services at once' }),
  stopAfter: z
    .int()
    .min(1)
    .max(most.targets)
    .default(1)
    .meta({ description: 'so many failures of an image, and the remaining services are left alone' }),
  every: duration({ min: '0s', max: '24h' })
    .default('60s')
    .meta({ description: 'at least so long between two rollouts of a service; the newest push wins' }),
  rollback: z.enum(['automatic', 'notify']).default('automatic').meta({
    description: 'a failed rollout that ECS did not undo: go back to the last good revision, or only tell',
  }),
  timeout: duration({ min: '1s', max: '24h' })
    .default('15m')
    .meta({ description: 'so long without progress, bake time of ECS aside, and a rollout has failed' }),
  bake: duration({ min: '0s', max: '7d' })
    .default('10m')
    .meta({ description: 'so long after it completed, a revision is verified good' }),
  schedules: z.boolean().default(false).meta({
    description:
      'whether EventBridge rules and schedules that run the image move too; the stack asks for more permissions then',
  }),
});

const notifyRule = z.strictObject({
  slack: z
    .strictObject({
      credentials: name(secretName).meta({
        description: "name of the Secrets Manager secret that holds the incoming webhook's URL",
        examples: ['slipway/slack'],
      }),
    })
    .meta({ description: 'a Slack channel', examples: [{ credentials: 'slipway/slack' }] }),
  only: z
    .strictObject({
      kinds: someOf(kindPattern)
        .optional()
        .meta({
          description: 'kinds of notices, globs allowed',
          examples: [['rollout.*']],
          'x-default': 'every kind',
        }),
      services: someOf(servicePattern)
        .optional()
        .meta({ description: 'as in `deploy`', examples: [['prod/*']], 'x-default': 'every service' }),
      severity: z
        .enum(severities)
        .optional()
        .meta({ description: 'this one and the graver ones', 'x-default': 'every severity' }),
    })
    .optional()
    .meta({
      description: 'which notices go there',
      examples: [{ kinds: ['rollout.*'] }],
      'x-default': 'all of them',
    }),
});

/** `slipway.yml` as people write it. Its descriptions and defaults are the reference: nothing is said twice. */
export const slipwayYml = z.strictObject({
  version: z.literal(1).meta({ description: 'of this format', examples: [1] }),
  mode: z
    .enum(['act', 'observe'])
    .default('act')
    .meta({ description: '`observe` decides and announces what it would do, and touches nothing' }),
  clusters: z
    .array(cluster)
    .min(1)
    .max(most.clusters)
    .meta({ description: 'ECS clusters that Slipway may see and touch, by name', examples: [['prod']] }),
  permissions: permissions.optional(),
  deploy: z
    .array(deployRule)
    .max(most.rules)
    .default([])
    .meta({
      description: 'rules, the first that matches decides',
      examples: [[{ image: 'shop/web', tags: { semver: '^1' } }]],
    }),
  reconcile: duration({ min: '1m', max: '24h', wholeMinutes: true })
    .default('15m')
    .meta({ description: 'how often lost pushes, new services and changes by other hands are looked for' }),
  pacing: z
    .strictObject({
      share: z
        .int()
        .min(1)
        .max(100)
        .default(70)
        .meta({ description: "percent of ECS's request rates that Slipway takes; the rest is for others" }),
    })
    .default({ share: 70 })
    .meta({ description: 'how fast many services are rolled' }),
  notify: z
    .array(notifyRule)
    .max(most.channels)
    .default([])
    .meta({
      description: 'chat channels; without any, notices go to the topic and the event bus alone',
      examples: [[{ slack: { credentials: 'slipway/slack' } }]],
    }),
});

export type SlipwayYml = z.output<typeof slipwayYml>;
