export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

const serviceArn =
  /^arn:[\w-]+:ecs:[\w-]*:\d*:service\/(?:(?<cluster>[\w-]{1,255})\/)?(?<service>[\w-]{1,255})$/;
const clusterArn = /^arn:[\w-]+:ecs:[\w-]*:\d*:cluster\/(?<cluster>[\w-]{1,255})$/;
const revisionArn =
  /^arn:[\w-]+:ecs:[\w-]*:\d*:task-definition\/(?<family>[\w-]{1,255}):(?<revision>\d{1,10})$/;

/** ARNs of the old format name no cluster; then `clusterArn` of the same event has to. */
export function parseServiceArn(arn: string, cluster?: string): ServiceName | undefined {
  const groups = serviceArn.exec(arn)?.groups;
  const owner = groups?.['cluster'] ?? (cluster === undefined ? undefined : clusterName(cluster));
  const service = groups?.['service'];
  return owner === undefined || service === undefined ? undefined : { cluster: owner, service };
}

/** The name of a cluster given by name or ARN. */
function clusterName(nameOrArn: string): string {
  return parseClusterArn(nameOrArn) ?? nameOrArn;
}

/** The cluster's name; undefined for an ARN of anything else. */
export function parseClusterArn(arn: string): string | undefined {
  return clusterArn.exec(arn)?.groups?.['cluster'];
}

export interface Revision {
  readonly family: string;
  readonly number: number;
}

export function parseRevisionArn(arn: string): Revision | undefined {
  const { family, revision } = revisionArn.exec(arn)?.groups ?? {};
  return family === undefined || revision === undefined ? undefined : { family, number: Number(revision) };
}

/** `web:41`: how people name a revision. The ARN itself where it is none. */
export function revisionName(arn: string): string {
  const revision = parseRevisionArn(arn);
  return revision === undefined ? arn : `${revision.family}:${revision.number}`;
}
