import { chunks } from '../../shared/domain/chunks.ts';
import { isSameRegistry, parseImageRef } from '../../shared/domain/image-ref.ts';
import { asText, isJsonObject, type JsonObject } from '../../shared/domain/lossless-json.ts';
import { nameMatches } from '../../shared/domain/name-glob.ts';
import { taskPlatform } from '../../shared/domain/platform.ts';
import type { ServiceSnapshot } from '../../shared/domain/service.ts';
import { readContainers, readDescribed } from '../../shared/domain/task-definition/revise.ts';
import { Refused } from '../../shared/faults.ts';
import type { Services, TaskDefinitions } from '../../shared/ports.ts';
import type { Rules } from './decide/rule.ts';
import type { Candidate } from './decide.ts';

/** So many AWS calls at once, per kind. */
const atOnce = 5;

interface Sources {
  readonly clusters: readonly string[];
  readonly rules: Rules;
  readonly services: Services;
  readonly definitions: TaskDefinitions;
}

/** Every service of the configured clusters whose running revision uses the repository. */
export async function findCandidates(
  push: { readonly registry: string; readonly repository: string },
  sources: Sources,
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const cluster of sources.clusters) {
    const services = await sources.services.describe(
      cluster,
      await namesIn(cluster, push.repository, sources),
    );
    for (const some of chunks(services, atOnce)) {
      found.push(...(await Promise.all(some.map((service) => candidate(service, sources.definitions)))));
    }
  }
  return found.filter(({ containers }) =>
    containers.some(({ image }) => {
      const ref = parseImageRef(image);
      return ref?.repository === push.repository && isSameRegistry(ref.registry, push.registry);
    }),
  );
}

/** Services that rules name need no listing, unless a glob or a tag of their own could name others. */
function namesIn(
  cluster: string,
  repository: string,
  { rules, services }: Sources,
): Promise<readonly string[]> {
  const wanting = rules.deploy.filter(({ image }) => nameMatches(image, repository));
  const named = wanting.flatMap((rule) => rule.services ?? ['*']);
  const isOpen = rules.adoptByTag.has(cluster) || named.some((glob) => /[*?[\]]/.test(glob));
  if (isOpen) return services.list(cluster);
  const own = named
    .filter((name) => name.startsWith(`${cluster}/`))
    .map((name) => name.slice(cluster.length + 1));
  return Promise.resolve([...new Set(own)]);
}

async function candidate(service: ServiceSnapshot, definitions: TaskDefinitions): Promise<Candidate> {
  const described = await describeRunning(service, definitions);
  if (described === undefined) return { service, containers: [], platform: undefined };
  const { taskDefinition } = readDescribed(described);
  const containers = readContainers(taskDefinition).map(({ name, image }) => ({ name, image }));
  return { service, containers, platform: platformOf(taskDefinition) };
}

/** The revision of a service that is going or gone may be deleted, which is nothing that other services should suffer from. */
async function describeRunning(
  { status, taskDefinition }: ServiceSnapshot,
  definitions: TaskDefinitions,
): Promise<JsonObject | undefined> {
  if (taskDefinition === undefined) return undefined;
  try {
    return await definitions.describe(taskDefinition);
  } catch (error) {
    if (error instanceof Refused && error.code === 'ClientException' && status !== 'ACTIVE') return undefined;
    throw error;
  }
}

/** Only Fargate has a default; on container instances the instance decides. */
function platformOf({ runtimePlatform, requiresCompatibilities }: JsonObject): Candidate['platform'] {
  const onFargate = JSON.stringify(requiresCompatibilities) === '["FARGATE"]';
  if (!isJsonObject(runtimePlatform)) return onFargate ? taskPlatform({}) : undefined;
  const [operatingSystemFamily, cpuArchitecture] = [
    asText(runtimePlatform['operatingSystemFamily']),
    asText(runtimePlatform['cpuArchitecture']),
  ];
  if (cpuArchitecture === undefined && !onFargate) return undefined;
  return taskPlatform({ operatingSystemFamily, cpuArchitecture });
}
