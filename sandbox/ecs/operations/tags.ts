import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { lookUpCluster, tagList } from '../arn.ts';
import { invalidParameter } from '../aws-error.ts';
import type { Core } from '../core.ts';
import { lookUpRevision } from '../definitions/find.ts';
import { text, texts } from '../input.ts';
import type { Cluster } from '../state.ts';
import { checkCount, readTags } from '../tags.ts';
import type { Operations } from './operation.ts';

export const tagOperations: Operations = {
  TagResource: (core, input) => {
    const arn = existing(core, input);
    const merged = new Map([...(core.store.tags.get(arn) ?? []), ...readTags(input)]);
    core.store.tags.set(arn, checkCount(merged));
    return {};
  },
  UntagResource: (core, input) => {
    const arn = existing(core, input);
    for (const key of texts(input, 'tagKeys') ?? []) core.store.tags.get(arn)?.delete(key);
    return {};
  },
  ListTagsForResource: (core, input) => ({ tags: tagList(core, existing(core, input)) }),
};

function existing(core: Core, input: JsonObject): string {
  const arn = text(input, 'resourceArn') ?? '';
  const [, kind, path = ''] = /^arn:aws[\w-]*:ecs:[\w-]+:\d{12}:([\w-]+)\/(.+)$/.exec(arn) ?? [];
  if (kind === undefined) throw invalidParameter('The specified resource ARN is not valid.');
  if (!exists(core, { kind, arn, path })) {
    throw invalidParameter(`The specified ${kind} was not found. Specify a valid ${kind} and try again.`);
  }
  return arn;
}

function exists(core: Core, { kind, arn, path }: { kind: string; arn: string; path: string }): boolean {
  if (kind === 'task-definition') return lookUpRevision(core, arn)?.arn === arn;
  if (kind === 'cluster') return lookUpCluster(core, arn)?.status === 'ACTIVE';
  const cluster = core.store.clusters.get(path.split('/')[0] ?? '');
  return cluster !== undefined && belongs(cluster, arn, path);
}

function belongs(cluster: Cluster, arn: string, path: string): boolean {
  const service = cluster.services.get(path.split('/')[1] ?? '');
  return (
    (service?.arn === arn && service.status !== 'INACTIVE') ||
    cluster.tasks.has(arn) ||
    cluster.instances.has(arn)
  );
}
