import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { member } from '../arn.ts';
import { show, text, texts } from '../input.ts';
import { units } from './defaults.ts';

/** Task sizes of Fargate on Linux: CPU units → MiB. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const sizes: Readonly<Record<string, readonly number[]>> = {
  '256': [512, 1024, 2048],
  '512': range(1024, 4096, 1024),
  '1024': range(2048, 8192, 1024),
  '2048': range(4096, 16_384, 1024),
  '4096': range(8192, 30_720, 1024),
  '8192': range(16_384, 61_440, 4096),
  '16384': range(32_768, 122_880, 8192),
  '32768': [61_440, 249_856],
};

export function fargateProblem(request: JsonObject, containers: readonly JsonObject[]): string | undefined {
  if (texts(request, 'requiresCompatibilities')?.includes('FARGATE') !== true) return undefined;
  return sizeProblem(request) ?? networkProblem(request) ?? roleProblem(request, containers);
}

/** Whether Fargate can run it, asked for or not. */
export function fitsFargate(definition: JsonObject): boolean {
  const containers = (definition['containerDefinitions'] ?? []) as readonly JsonObject[];
  const privileged = containers.some((container) => container['privileged'] === true);
  return !privileged && sizeProblem(definition) === undefined && networkProblem(definition) === undefined;
}

function sizeProblem(request: JsonObject): string | undefined {
  const cpu = units(request['cpu'], 'vcpu');
  const memory = units(request['memory'], 'gb');
  if (cpu === undefined || cpu === null) return "Fargate requires that 'cpu' be defined at the task level.";
  if (memory === undefined || memory === null)
    return "Fargate requires that 'memory' be defined at the task level.";
  if (sizes[show(cpu)]?.includes(Number(memory)) === true) return undefined;
  return `No Fargate configuration exists for given values: ${show(cpu)} CPU, ${show(memory)} memory`;
}

function networkProblem(request: JsonObject): string | undefined {
  return text(request, 'networkMode') === 'awsvpc'
    ? undefined
    : 'Fargate only supports network mode ‘awsvpc’.';
}

function roleProblem(request: JsonObject, containers: readonly JsonObject[]): string | undefined {
  if ((text(request, 'executionRoleArn') ?? '') !== '') return undefined;
  const start = 'Fargate requires task definition to have execution role ARN to support';
  if (containers.some(({ image }) => isEcr(show(image)))) return `${start} ECR images.`;
  const logs = containers.some(
    (container) => member(container, 'logConfiguration')['logDriver'] === 'awslogs',
  );
  return logs ? `${start} log driver awslogs.` : undefined;
}

export function isEcr(image: string): boolean {
  return /^\d{12}\.dkr\.ecr\.[\w-]+\.amazonaws\.com(\.cn)?\//.test(image);
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
