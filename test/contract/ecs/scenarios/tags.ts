import { type Ecs, listAt, textAt } from '../endpoint.ts';
import { clusterWithService, runTask } from '../fixtures.ts';
import { api, type Fact, facts, type Scenario } from '../scenario.ts';

interface Labelled {
  readonly kind: string;
  readonly resourceArn: string;
}

async function tagsOf(ecs: Ecs, resourceArn: string) {
  const answer = await ecs.call('ListTagsForResource', { resourceArn });
  return listAt(answer, 'tags').toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? 1 : -1));
}

async function taggedFacts(ecs: Ecs, { kind, resourceArn }: Labelled): Promise<readonly Fact[]> {
  const first = { key: 'team', value: 'shop' };
  const second = { key: 'slipway:hold', value: '' };
  const changed = { key: 'team', value: 'billing' };
  const tagged = await ecs.call('TagResource', { resourceArn, tags: [first, second] });
  const both = await tagsOf(ecs, resourceArn);
  await ecs.call('TagResource', { resourceArn, tags: [changed] });
  await ecs.call('UntagResource', { resourceArn, tagKeys: ['slipway:hold'] });
  const left = await tagsOf(ecs, resourceArn);
  return facts(api('TagResource'), {
    [`a ${kind} can be tagged`]: [tagged.error, null],
    [`the tags of a ${kind} are listed, empty values too`]: [both, [first, second]],
    [`a tag of a ${kind} is replaced, another removed`]: [left, [changed]],
  });
}

export const tags: Scenario = {
  name: 'tags',
  async run(ecs) {
    const service = await clusterWithService(ecs, 'labelled');
    const cluster = await ecs.call('DescribeClusters', { clusters: ['labelled'] });
    const task = await runTask(ecs, 'labelled');
    const resources = [
      { kind: 'service', resourceArn: textAt(service, 'service.serviceArn') },
      { kind: 'cluster', resourceArn: textAt(cluster, 'clusters.0.clusterArn') },
      { kind: 'task definition', resourceArn: textAt(service, 'service.taskDefinition') },
      { kind: 'task', resourceArn: textAt(task, 'tasks.0.taskArn') },
    ];
    const found: Fact[] = [];
    for (const resource of resources) found.push(...(await taggedFacts(ecs, resource)));
    return found;
  },
};
