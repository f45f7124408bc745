import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import type { Ecs } from '../endpoint.ts';
import { container, fargateDefinition } from '../fixtures.ts';
import { facts, guide, type Scenario } from '../scenario.ts';
import { quoted } from '../sources.ts';

async function refusal(ecs: Ecs, change: JsonObject): Promise<string | null> {
  const answer = await ecs.call('RegisterTaskDefinition', fargateDefinition('refused', change));
  // A newer text goes on with the values: "…for given values: 256 CPU, 64 memory".
  return answer.error === null ? null : answer.error.replace(/for given values:.*$/, 'for given values.');
}

export const refusedForFargate: Scenario = {
  name: 'definitions that Fargate refuses',
  async run(ecs) {
    return [
      ...facts(quoted.fargateSizes, {
        'sizes that do not go together': [
          await refusal(ecs, { cpu: '256', memory: '8192' }),
          'ClientException: No Fargate configuration exists for given values.',
        ],
      }),
      ...facts(guide('fargate-tasks-services'), {
        'no cpu of the task': [
          await refusal(ecs, { cpu: undefined }),
          "ClientException: Fargate requires that 'cpu' be defined at the task level.",
        ],
      }),
      ...facts(quoted.fargateNetwork, {
        'another network mode': [
          await refusal(ecs, { networkMode: 'bridge' }),
          'ClientException: Fargate only supports network mode ‘awsvpc’.',
        ],
      }),
    ];
  },
};

const noMemory =
  "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.";
const otherPort = 'When networkMode=awsvpc, the host ports and container ports in port mappings must match.';
const tooMuchCpu =
  "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.";
const essentialDependency =
  'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container';

export const refusedContainers: Scenario = {
  name: 'definitions whose containers do not fit',
  async run(ecs) {
    const ofOne = (change: JsonObject) => refusal(ecs, { containerDefinitions: [container(change)] });
    const onEc2 = { requiresCompatibilities: ['EC2'], cpu: undefined, memory: undefined };
    const bare = container({ memory: undefined });
    const portMappings = [{ containerPort: 80, hostPort: 8080 }];
    const helper = { name: 'helper', image: 'shop/helper:1', memory: 64, essential: true };
    const dependsOn = [{ containerName: 'helper', condition: 'SUCCESS' }];
    const waiting = { containerDefinitions: [container({ memory: 256, dependsOn }), helper] };
    const noImage = 'Container.image should not be null or empty.';
    return [
      ...facts(quoted.image, { 'no image': [await ofOne({ image: '' }), `ClientException: ${noImage}`] }),
      ...facts(quoted.memory, {
        'no memory anywhere': [
          await refusal(ecs, { ...onEc2, containerDefinitions: [bare] }),
          `ClientException: ${noMemory}`,
        ],
      }),
      ...facts(quoted.portsMatch, {
        'another host port under awsvpc': [await ofOne({ portMappings }), `ClientException: ${otherPort}`],
      }),
      ...facts(quoted.cpuSum, {
        'more cpu than the task has': [await ofOne({ cpu: 512 }), `ClientException: ${tooMuchCpu}`],
      }),
      ...facts(quoted.dependency, {
        'waiting for the success of an essential container': [
          await refusal(ecs, waiting),
          `ClientException: ${essentialDependency}`,
        ],
      }),
    ];
  },
};
