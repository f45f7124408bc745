import type { ServiceName } from '../../shared/domain/arn.ts';
import type { AskedImage } from '../../shared/domain/command.ts';
import { ecrRegistry, isSameRegistry } from '../../shared/domain/image-ref.ts';
import { canRun, platformName } from '../../shared/domain/platform.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { RejectedInput } from '../../shared/faults.ts';
import type { StoredImage } from '../../shared/ports.ts';
import { pushTime } from '../../shared/records/push-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import type { State } from '../state/find-state.ts';
import type { NamedImage } from './named-image.ts';

export interface Wanting {
  readonly name: ServiceName;
  readonly named: NamedImage;
  readonly container?: string | undefined;
}

const labelMax = 256;

/** What a tag means now, and what is known of that image. Throws RejectedInput where it cannot be rolled there. */
export async function resolveImage({ name, named, container }: Wanting, state: State): Promise<AskedImage> {
  const registry = registryOf(named, state);
  const { repository, tag = '', digest } = named;
  const written = `${repository}${tag === '' ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  const image = await state.images.find(repository, digest ?? tag);
  if (image === undefined) throw new RejectedInput(`there is no image ${written} in ${registry}`);
  if (image.kind === 'artifact')
    throw new RejectedInput(`${written} is no image but ${image.what ?? 'another artifact'}`);
  refuseOtherPlatform(await loadTarget(state.table, name), image, written);
  const push = { registry, repository, tag: await tagOf(named, image, state), digest: image.digest };
  return {
    ...push,
    container,
    pushedAt: await pushedAt(push, state),
    commit: image.labels['org.opencontainers.image.revision']?.slice(0, labelMax),
    author: image.labels['org.opencontainers.image.authors']?.slice(0, labelMax),
  };
}

function registryOf({ registry }: NamedImage, { home }: State): string {
  const own = ecrRegistry(home.account, home.region);
  if (registry === undefined || isSameRegistry(registry, own)) return own;
  throw new RejectedInput(
    `${registry} is not the registry of this account and Region, ${own}: push it there`,
  );
}

function refuseOtherPlatform(target: Target | undefined, image: StoredImage, written: string): void {
  const platform = target?.seen?.platform;
  if (platform === undefined || canRun(platform, image.platforms)) return;
  const has = image.platforms.map(platformName).join(', ');
  throw new RejectedInput(`the task needs ${platformName(platform)}, and ${written} has ${has}`);
}

/** A digest that has one tag is known by it; of several nobody knows which one is meant. */
async function tagOf(
  { repository, tag }: NamedImage,
  { digest }: StoredImage,
  { images }: State,
): Promise<string> {
  if (tag !== undefined) return tag;
  const { tags = [] } = (await images.tagsOf(repository, digest)) ?? {};
  return tags.length === 1 ? (tags[0] ?? '') : '';
}

async function pushedAt(push: Parameters<typeof pushTime>[1], { table, images }: State): Promise<number> {
  const seen = push.tag === '' ? undefined : await pushTime(table, push);
  return seen ?? (await images.tagsOf(push.repository, push.digest))?.pushedAt ?? Date.now();
}
