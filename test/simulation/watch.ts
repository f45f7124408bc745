import { mayAct } from './acting.ts';
import type { Call, Invocation } from './invocations.ts';
import { keepsOrder } from './order.ts';
import type { Scene } from './scene.ts';

const writers: ReadonlySet<string> = new Set([
  'services.update',
  'services.rollBack',
  'definitions.register',
  'schedules.set',
]);

/** What may be seen at the last look of a correct writer: so many calls before it acts. */
const looksBack = 3;

/** What may never be, at any moment. */
export class Watch {
  readonly #scene: Scene;
  readonly #writing = new Map<string, Set<Call>>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Told when a flow calls a port; answers what to call when that is over. */
  began(call: Call): () => void {
    const { name, by, args } = call;
    if (!writers.has(name)) return () => undefined;
    const scene = this.#scene;
    if (by?.name !== 'roll-service') scene.violates(`one writer: ${by?.name ?? '?'} called ${name}`);
    return name === 'services.update' && by !== undefined
      ? this.#updates(call, by, args.map(String))
      : () => undefined;
  }

  #updates(call: Call, by: Invocation, [, service = '', revision = '']: readonly string[]): () => void {
    const writing = this.#writing.get(service) ?? new Set();
    this.#writing.set(service, writing.add(call));
    const live = [...writing].filter((one) => one.by?.dead === false);
    if (live.length > 1) this.#scene.violates(`one writer: two UpdateService of ${service} at once`);
    mayAct(this.#scene, { service, revision, since: lastLook(by) });
    return () => writing.delete(call);
  }

  /** Right before a call of Slipway takes effect. */
  takesEffect(operation: string, input: Readonly<Record<string, unknown>>): void {
    const allowed = inputs[operation];
    const given = Object.keys(input);
    const extra = given.filter((member) => allowed?.includes(member) === false);
    if (extra.length > 0) this.#scene.violates(`inputs: ${operation} with ${extra.join(', ')}`);
    if (operation === 'UpdateService')
      keepsOrder(this.#scene, String(input['service']), String(input['taskDefinition']));
  }
}

/** Members that a call of Slipway's may have. */
const inputs: Readonly<Record<string, readonly string[]>> = {
  UpdateService: ['cluster', 'service', 'taskDefinition'],
  StopServiceDeployment: ['serviceDeploymentArn', 'stopType'],
  CreateService: [],
  DeleteService: [],
  StopTask: [],
  RunTask: [],
  DeregisterTaskDefinition: [],
};

function lastLook({ calledAt, startedAt }: Invocation): number {
  return calledAt.at(-looksBack) ?? startedAt;
}
