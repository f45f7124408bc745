import { registryHost } from '../world-types.ts';
import { BadUsage, readArguments, usage, type Wanted } from './arguments.ts';
import { pushImage } from './client.ts';
import { findRegistry } from './running-world.ts';

/** Exit status 0: pushed. 1: no world, or refused. 2: wrong arguments. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const wanted = readArguments(args);
    if (wanted === 'help') console.log(usage);
    else await push(wanted);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (!(error instanceof BadUsage)) return 1;
    console.error(`\n${usage}`);
    return 2;
  }
}

async function push({ registry, ...wanted }: Wanted): Promise<void> {
  const registryUrl = registry ?? (await findRegistry());
  const created = new Date().toISOString();
  const { digest, children } = await pushImage({
    ...wanted,
    registryUrl,
    created: wanted.seed === undefined ? created : undefined,
  });
  const untagged = children.length === 0 ? '' : ` and ${children.length} untagged manifests`;
  console.log(`Pushed ${wanted.repository}:${wanted.tag}${untagged}`);
  console.log(`  digest     ${digest}`);
  console.log(`  here       ${new URL(registryUrl).host}/${wanted.repository}:${wanted.tag}`);
  console.log(`  for ECS    ${registryHost}/${wanted.repository}:${wanted.tag}`);
}

process.exitCode = await main(process.argv.slice(2));
