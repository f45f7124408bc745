import { join } from 'node:path';
import { makeDemo } from '../demo/cluster.ts';
import { startInbox } from '../inbox.ts';
import { functionsJournal } from '../local-aws/journal.ts';
import { fireReconcile, seeEverything } from '../local-aws/reconciling.ts';
import { building } from '../local-aws/undo.ts';
import { type LocalAws, startLocalAws } from '../local-aws/world.ts';
import { slackLine } from '../tour/slack-line.ts';
import { type RunningWorld, secretName, seed, type WorldOptions } from './running-world.ts';
import { adminEcs, worldOver } from './world-over.ts';

const pace = 30;

export interface RunningLocalAws extends RunningWorld {
  readonly aws: LocalAws;
}

/** The packaged stack in a local AWS. Needs Python 3.10 or newer. */
export function startLocalAwsWorld({
  root,
  signal,
  saw,
  onFault,
  off = [],
  patienceMs,
  fleet,
}: WorldOptions): Promise<RunningLocalAws> {
  return building(async (undos) => {
    const inbox = await startInbox((message) => saw(slackLine(message)));
    undos.add(() => inbox.close());
    const aws = await startLocalAws({
      root,
      signal,
      onFault,
      configFile: join(root, 'sandbox', 'demo', 'slipway.yml'),
      pace,
      seed,
      secrets: { [secretName]: inbox.url },
      params: Object.fromEntries(off.map((name) => [name, 'DISABLED'])),
    });
    undos.add(() => aws.close());
    const endpoints = { ...aws.endpoints, inbox: inbox.url };
    await makeDemo({ ecs: adminEcs(endpoints.ecs), registryUrl: endpoints.registry, fleet });
    await seeEverything(aws, { off, signal });
    const journal = functionsJournal(aws.admin);
    undos.add(() => journal.close());
    const world = worldOver({
      name: 'local-aws',
      endpoints,
      signal,
      patienceMs,
      journal: () => journal.read(),
      losingEvents: aws.losingEvents,
      reconcile: () => fireReconcile(aws),
    });
    return { world, pace, inbox, aws, close: () => undos.run() };
  });
}
