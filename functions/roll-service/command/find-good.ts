import { parseRevisionArn } from '../../../shared/domain/arn.ts';
import type { BackTo } from '../../../shared/domain/command.ts';
import { parseImageRef, shortDigest } from '../../../shared/domain/image-ref.ts';
import type { Images } from '../../../shared/domain/target/images.ts';
import { isQuarantined } from '../../../shared/domain/target/quarantine.ts';
import type { Good } from '../../../shared/domain/target/rollout.ts';
import { openRollouts, type Target } from '../../../shared/domain/target/state.ts';
import { readContainers, readDescribed } from '../../../shared/domain/task-definition/revise.ts';
import { Refused } from '../../../shared/faults.ts';
import type { CommandDeps } from './answer.ts';
import { knownRevisions, type Ran, ranDigest, runningRevision, verifiedGood } from './go-back-to.ts';

export type Found =
  | { readonly ok: true; readonly good: Good }
  | { readonly ok: false; readonly problem: string };

type Deps = Pick<CommandDeps, 'definitions' | 'clock'>;

/** Which revision a rollback goes back to, with its images by digest wherever one is known. */
export function findGood(target: Target, to: BackTo | undefined, deps: Deps): Promise<Found> {
  if (to === undefined) return findLastGood(target, deps);
  return to.kind === 'digest' ? findDigest(target, to, deps) : findRevision(target, to, deps);
}

function no(problem: string): Found {
  return { ok: false, problem };
}

/** DescribeTaskDefinition is asked at most so often. */
const candidatesMax = 10;

/** The last one that is something else than what runs: other images, not only another revision of the same. */
async function findLastGood(target: Target, deps: Deps): Promise<Found> {
  const name = `${target.cluster}/${target.service}`;
  const under = openRollouts(target).find(({ cause }) => cause === 'rollback' || cause === 'manual-rollback');
  if (under !== undefined)
    return no(
      `${name} is being rolled back already, by rollout ${under.generation}: \`slipway hold\` keeps it there`,
    );
  const running = runningRevision(target);
  const now = running === undefined ? {} : ((await imagesOf(running, deps)) ?? {});
  const candidates = verifiedGood(target, deps.clock.now()).filter(({ revision }) => revision !== running);
  for (const ran of candidates.slice(0, candidatesMax)) {
    const good = await complete(ran, deps);
    if (good !== undefined && !isSame(good.images, now) && !holdsQuarantined(target, good.images))
      return { ok: true, good };
  }
  return no(`${name} has nothing verified good to go back to: name a revision or a digest with --to`);
}

async function findDigest(
  target: Target,
  to: BackTo & { readonly kind: 'digest' },
  deps: Deps,
): Promise<Found> {
  const name = `${target.cluster}/${target.service}`;
  const running = runningRevision(target);
  const all = ranDigest(target, to);
  const digests = [...new Set(all.map(({ digest }) => digest))];
  const [digest] = digests;
  if (digest === undefined)
    return no(`${name} ran no ${shortDigest(to.digest)}, as far as Slipway remembers`);
  if (digests.length > 1) return no(`${digests.map(shortDigest).join(' and ')} begin so: give more digits`);
  const quarantined = target.quarantine?.find((one) => one.digest === digest);
  if (quarantined !== undefined) {
    const lift = `\`slipway unquarantine ${name} --digest ${digest}\` lifts it`;
    return no(`${shortDigest(digest)} is quarantined for ${name}: ${quarantined.reason}. ${lift}`);
  }
  for (const ran of all.filter(({ revision }) => revision !== running).slice(0, candidatesMax)) {
    const good = await complete(ran, deps);
    if (good !== undefined) return { ok: true, good };
  }
  const isRunning = all.some(({ revision }) => revision === running);
  return no(
    isRunning
      ? `${name} runs ${shortDigest(digest)} already`
      : `the revision of ${shortDigest(digest)} is gone`,
  );
}

async function findRevision(
  target: Target,
  to: BackTo & { readonly kind: 'revision' },
  deps: Deps,
): Promise<Found> {
  const name = `${target.cluster}/${target.service}`;
  const running = runningRevision(target);
  const family = to.family ?? parseRevisionArn(running ?? '')?.family;
  if (family === undefined) return no(`it is not known which family ${name} runs: write --to family:number`);
  const sister = knownRevisions(target).find((one) => parseRevisionArn(one)?.family === family);
  // A typing error must not roll another application.
  if (sister === undefined) return no(`${name} never ran the family ${family}, as far as Slipway remembers`);
  const asked = sister.replace(/\d+$/, String(to.number));
  if ((to.arn ?? asked) !== asked) return no(`${to.arn} is of another account or Region`);
  if (asked === running) return no(`${name} runs ${family}:${to.number} already`);
  const described = await imagesOf(asked, deps);
  if (described === undefined) return no(`there is no revision ${family}:${to.number}`);
  const pins = target.good?.revision === asked ? target.good.images : {};
  return { ok: true, good: { revision: asked, images: { ...described, ...pins }, at: deps.clock.now() } };
}

/** Container → image, as the revision has it. Undefined: there is no such revision, or no longer. */
async function imagesOf(revision: string, { definitions }: Deps): Promise<Images | undefined> {
  try {
    const { taskDefinition } = readDescribed(await definitions.describe(revision));
    const images = readContainers(taskDefinition).map(({ name, image }) => [name, image] as const);
    return Object.fromEntries(images);
  } catch (error) {
    if (error instanceof Refused && error.code === 'ClientException') return undefined;
    throw error;
  }
}

async function complete({ revision, pins, at }: Ran, deps: Deps): Promise<Good | undefined> {
  const described = await imagesOf(revision, deps);
  if (described === undefined) return undefined;
  const known = Object.entries(pins).filter(([container]) => Object.hasOwn(described, container));
  return { revision, images: { ...described, ...Object.fromEntries(known) }, at };
}

function isSame(a: Images, b: Images): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => contentOf(a[name]) === contentOf(b[name]));
}

/** A tag beside a digest says nothing. */
function contentOf(image: string | undefined): string | undefined {
  return parseImageRef(image ?? '')?.digest ?? image;
}

function holdsQuarantined(target: Target, images: Images): boolean {
  return Object.values(images).some((image) => {
    const ref = parseImageRef(image);
    return ref?.digest !== undefined && isQuarantined(target, ref.repository, ref.digest) !== undefined;
  });
}
