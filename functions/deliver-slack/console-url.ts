import type { ServiceName } from '../../shared/domain/arn.ts';

const scheduleName = /^schedule:(?<group>[^/]+)\/(?<name>.+)$/;
const ruleName = /^rule:(?<bus>[^/]+)\/(?<rule>[^/]+)\//;

/** The console's page for a service, a schedule or a rule. Names are checked by AWS, and encoded all the same. */
export function consoleUrl(region: string, { cluster, service }: ServiceName): string {
  const host = region.startsWith('cn-') ? 'console.amazonaws.cn' : 'console.aws.amazon.com';
  return `https://${region}.${host}/${pageOf({ cluster, service }, `region=${region}`)}`;
}

function pageOf({ cluster, service }: ServiceName, query: string): string {
  const schedule = scheduleName.exec(service)?.groups;
  if (schedule !== undefined)
    return `scheduler/home?${query}#schedules/${path(schedule['group'], schedule['name'])}`;
  const rule = ruleName.exec(service)?.groups;
  if (rule !== undefined) return `events/home?${query}#/eventbus/${path(rule['bus'], 'rules', rule['rule'])}`;
  return `ecs/v2/clusters/${path(cluster, 'services', service)}/deployments?${query}`;
}

function path(...parts: readonly (string | undefined)[]): string {
  return parts.map((part) => encodeURIComponent(part ?? '')).join('/');
}
