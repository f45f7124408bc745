import * as z from 'zod';
import { parseServiceArn } from '../../shared/domain/arn.ts';
import { RejectedInput } from '../../shared/faults.ts';

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html, and the same names as service
 * actions: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html, which tells of no deployment id.
 */
const EcsDeploymentStateChange = z
  .object({
    id: z.string().max(128),
    time: z.iso.datetime({ offset: true }),
    source: z.literal('aws.ecs'),
    'detail-type': z.enum(['ECS Deployment State Change', 'ECS Service Action']),
    account: z.string().regex(/^\d{12}$/),
    region: z.string().regex(/^[a-z0-9-]{1,32}$/),
    resources: z.array(z.string().max(2048)).min(1),
    detail: z.object({
      eventName: z.string().max(128),
      deploymentId: z.string().max(128).nullish(),
      reason: z.string().max(2048).nullish(),
      clusterArn: z.string().max(2048).nullish(),
    }),
  })
  .transform(({ id, time, account, region, resources, detail }, context) => {
    const service = parseServiceArn(resources[0] ?? '', detail.clusterArn ?? undefined);
    if (service === undefined) {
      context.addIssue({ code: 'custom', path: ['resources', 0], message: 'names no service of a cluster' });
      return z.NEVER;
    }
    return {
      eventId: id,
      at: Date.parse(time),
      account,
      region,
      ...service,
      name: detail.eventName,
      /** Empty where the event names none. */
      deploymentId: detail.deploymentId ?? '',
      reason: detail.reason ?? undefined,
    };
  });

export type DeploymentStateChange = Readonly<z.infer<typeof EcsDeploymentStateChange>>;

export function parseDeploymentStateChange(event: unknown): DeploymentStateChange {
  const result = EcsDeploymentStateChange.safeParse(event);
  if (result.success) return result.data;
  throw new RejectedInput(`not an ECS Deployment State Change: ${z.prettifyError(result.error)}`, {
    cause: result.error,
  });
}
