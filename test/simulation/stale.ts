import { show } from '../../sandbox/ecs/input.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Dice } from './dice.ts';
import type { Truth } from './truth.ts';

interface View {
  readonly at: number;
  readonly service: JsonObject;
  readonly records: readonly JsonObject[];
}

interface Settings {
  readonly truth: Truth;
  readonly dice: Dice;
  readonly now: () => number;
  readonly seconds: number;
}

/**
 * Reads that lag. The model's own switch keeps a view after every change of a task; here a view is kept around every call and
 * every event of a deployment alone, which shows the same states of deployments at a hundredth of the cost.
 */
export class StaleReads {
  readonly #settings: Settings;
  readonly #views = new Map<string, View[]>();
  on = true;
  served = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Right before and after whatever changes a deployment. */
  keep(name: string): void {
    const { seconds, truth, now } = this.#settings;
    if (seconds === 0 || !this.on) return;
    const service = truth.service(name);
    const records = truth.records(name);
    const views = this.#views.get(name) ?? [];
    this.#views.set(name, views);
    views.push({ at: now(), service, records });
    while ((views[1]?.at ?? Number.POSITIVE_INFINITY) <= now() - seconds * 1_000) views.shift();
  }

  /** What a reader is answered in place of the truth. */
  seen(operation: string, input: JsonObject, answer: JsonObject): JsonObject {
    if (this.#settings.seconds === 0 || !this.on) return answer;
    switch (operation) {
      case 'DescribeServices':
        return { ...answer, services: this.#services(answer) };
      case 'ListServiceDeployments':
        return {
          ...answer,
          serviceDeployments: this.#view(show(input['service']))?.records ?? answer['serviceDeployments'],
        };
      case 'ListTaskDefinitions':
        return { ...answer, taskDefinitionArns: this.#revisions(answer) };
      default:
        return answer;
    }
  }

  #services({ services }: JsonObject): readonly JsonObject[] {
    return (services as readonly JsonObject[]).map((service) => {
      const view = this.#view(show(service['serviceName']));
      if (view === undefined) return service;
      const { tags } = service;
      return tags === undefined ? view.service : { ...view.service, tags };
    });
  }

  #revisions({ taskDefinitionArns }: JsonObject): readonly string[] {
    const { truth } = this.#settings;
    const until = this.#moment();
    const late = new Set(truth.registered.filter(({ at }) => at > until).map(({ arn }) => arn));
    return (taskDefinitionArns as readonly string[]).filter((arn) => !late.has(arn));
  }

  /** Undefined: nothing has changed since the moment that the read shows. */
  #view(name: string): View | undefined {
    const until = this.#moment();
    const views = this.#views.get(name) ?? [];
    const shown = views.findLast(({ at }) => at <= until);
    const isOld = shown !== undefined && views.some(({ at }) => at > until);
    if (isOld) this.served += 1;
    return isOld ? shown : undefined;
  }

  #moment(): number {
    const { dice, now, seconds } = this.#settings;
    return now() - dice.roll('stale') * seconds * 1_000;
  }
}
