import { asText, isJsonObject, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { OutcomeUnknown, Refused, Throttled } from '../../shared/faults.ts';
import type { TaskDefinitions } from '../../shared/ports.ts';
import { aDescribed } from '../builders/events.ts';
import { arn } from '../builders/rollouts.ts';
import { storedByEcs } from './stored-by-ecs.ts';

/** How a call of RegisterTaskDefinition goes wrong. */
export type RegisterFault =
  | 'answer lost'
  | 'request lost'
  | 'throttled'
  | { readonly refused: string }
  | { readonly stored: (sent: JsonObject) => JsonObject };

export class FakeTaskDefinitions implements TaskDefinitions {
  readonly sent: JsonObject[] = [];
  readonly #revisions: JsonObject[] = [];
  readonly #now: () => number;
  /** For the next call alone. */
  fault: RegisterFault | undefined;

  constructor(now: () => number) {
    this.#now = now;
    this.add(aDescribed());
  }

  /** As somebody else registers it. */
  add(described: JsonObject): void {
    this.#revisions.push(described);
  }

  describe(revision: string): Promise<JsonObject> {
    const found = this.#revisions.findLast((one) => {
      const { taskDefinitionArn, family } = taskDefinitionOf(one);
      return taskDefinitionArn === revision || family === revision;
    });
    return found === undefined
      ? Promise.reject(new Refused('ClientException', 'Unable to describe task definition.'))
      : Promise.resolve(found);
  }

  register(input: JsonObject): Promise<JsonObject> {
    const { fault } = this;
    this.fault = undefined;
    if (fault === 'throttled') return Promise.reject(new Throttled('RegisterTaskDefinition: Rate exceeded'));
    this.sent.push(input);
    if (fault === 'request lost') return Promise.reject(new OutcomeUnknown('no answer'));
    if (isRefusal(fault)) return Promise.reject(new Refused('ClientException', fault.refused));
    const answer = this.#store(input, typeof fault === 'object' ? fault.stored : storedByEcs);
    return fault === 'answer lost'
      ? Promise.reject(new OutcomeUnknown('no answer'))
      : Promise.resolve(answer);
  }

  async *revisions(family: string): AsyncIterable<string> {
    for (const one of this.#revisions.toReversed()) {
      const { taskDefinitionArn, family: its } = taskDefinitionOf(one);
      if (its === family) yield asText(taskDefinitionArn) ?? '';
    }
  }

  #store({ tags = [], ...input }: JsonObject, stored: (sent: JsonObject) => JsonObject): JsonObject {
    const revision = this.#revisions.length + 1;
    const taskDefinition = {
      ...stored(input),
      taskDefinitionArn: arn(revision, asText(input['family'])),
      revision,
      status: 'ACTIVE',
      registeredAt: this.#now() / 1_000,
      compatibilities: ['EC2', 'FARGATE'],
    };
    const answer = { taskDefinition, tags };
    this.#revisions.push(answer);
    return answer;
  }
}

function isRefusal(fault: RegisterFault | undefined): fault is { readonly refused: string } {
  return typeof fault === 'object' && 'refused' in fault;
}

function taskDefinitionOf({ taskDefinition }: JsonObject): JsonObject {
  return isJsonObject(taskDefinition) ? taskDefinition : {};
}
