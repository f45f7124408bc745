import type { JsonValue } from '../../../shared/domain/lossless-json.ts';
import type { Ecs } from './endpoint.ts';

/** One assertion: what an endpoint answered, beside what AWS answers and where that is written. */
export interface Fact {
  readonly name: string;
  readonly source: string;
  readonly seen: JsonValue;
  readonly aws: JsonValue;
}

export interface Scenario {
  readonly name: string;
  run(ecs: Ecs): Promise<readonly Fact[]>;
}

type Pair = readonly [seen: JsonValue, aws: JsonValue];

export function facts(source: string, pairs: Readonly<Record<string, Pair>>): readonly Fact[] {
  return Object.entries(pairs).map(([name, [seen, aws]]) => ({ name, source, seen, aws }));
}

/** AWS's reference page of an operation. */
export function api(operation: string): string {
  return `https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_${operation}.html`;
}

export function guide(page: string): string {
  return `https://docs.aws.amazon.com/AmazonECS/latest/developerguide/${page}.html`;
}

/** A public thread in which AWS's answer is quoted. */
export function issue(repository: string, number: number): string {
  return `https://github.com/${repository}/issues/${number}`;
}
