import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../../shared/domain/lossless-json.ts';
import { errorsOf, validateOutput } from '../aws-model/judge.ts';
import { scenarios } from './cases.ts';
import { connect, type EndpointSettings, type Seen } from './endpoint.ts';
import { normalised } from './normalised.ts';
import { type Fact, facts } from './scenario.ts';

export interface Verdict {
  readonly facts: readonly Fact[];
  /** Fact by fact what the endpoint answered, with volatile values named. */
  readonly recorded: Readonly<Record<string, JsonValue>>;
  /** The names of the facts in which it differs from AWS. */
  readonly differences: readonly string[];
}

/** Runs every scenario against an endpoint and holds its answers against AWS's, and against AWS's API model. */
export async function judged(settings: EndpointSettings): Promise<Verdict> {
  const ecs = connect(settings);
  const all: Fact[] = [];
  for (const scenario of scenarios) {
    const found = await scenario.run(ecs);
    all.push(...found.map((fact) => ({ ...fact, name: `${scenario.name}: ${fact.name}` })));
  }
  all.push(...modelFacts(ecs.seen));
  const differing = all.filter(({ seen, aws }) => !isDeepStrictEqual(normalised(seen), normalised(aws)));
  return {
    facts: all,
    recorded: Object.fromEntries(all.map(({ name, seen }) => [name, normalised(seen)])),
    differences: differing.map(({ name }) => name),
  };
}

const awsModel =
  'https://github.com/boto/botocore/blob/1.44.5/botocore/data/ecs/2014-11-13/service-2.json.gz';

/** Common to all operations, so in no list of the model. */
const commonErrors = ['ThrottlingException', 'SerializationException', 'AccessDeniedException'];

/** One fact for each operation that was called: which parts of its answers AWS's model does not know. */
export function modelFacts(seen: readonly Seen[]): readonly Fact[] {
  const operations = [...new Set(seen.map(({ operation }) => operation))].toSorted();
  return operations.flatMap((operation) => {
    const problems = seen.filter((one) => one.operation === operation).flatMap(answerProblems);
    const distinct = [...new Set(problems)].toSorted();
    return facts(awsModel, { [`AWS's model: the answers of ${operation}`]: [distinct, []] });
  });
}

function answerProblems({ operation, answer }: Seen): readonly string[] {
  if (answer.errorType !== null) {
    const known = [...errorsOf('ecs', operation), ...commonErrors];
    return known.includes(answer.errorType) ? [] : [`the error ${answer.errorType}`];
  }
  return validateOutput('ecs', operation, answer.body).map((problem) => problem.replace(/\[\d+\]/g, '[]'));
}
