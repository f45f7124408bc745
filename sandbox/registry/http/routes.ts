import { checkRepositoryName } from '../names.ts';
import { invalid, Refusal } from '../refusal.ts';
import { getBlob } from './blobs.ts';
import type { Exchange, Reply } from './exchange.ts';
import { listReferrers, listRepositories, listTags } from './lists.ts';
import { getManifest, putManifest } from './manifests.ts';
import { beginUpload, cancelUpload, completeUpload, continueUpload, describeUpload } from './uploads.ts';

type Handler = (exchange: Exchange) => Reply | Promise<Reply>;

interface Route {
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

const version: Handler = () => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: '{}',
});

/** The first that fits. A repository's name holds slashes, so the end of the path decides. */
const routes: readonly Route[] = [
  { path: /^\/v2\/?$/, methods: { GET: version, HEAD: version } },
  { path: /^\/v2\/_catalog$/, methods: { GET: listRepositories } },
  { path: /^\/v2\/(?<name>.+)\/blobs\/uploads\/?$/, methods: { POST: beginUpload } },
  {
    path: /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<reference>[^/]+)$/,
    methods: { GET: describeUpload, PATCH: continueUpload, PUT: completeUpload, DELETE: cancelUpload },
  },
  { path: /^\/v2\/(?<name>.+)\/blobs\/(?<reference>[^/]+)$/, methods: { GET: getBlob, HEAD: getBlob } },
  {
    path: /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/,
    methods: { GET: getManifest, HEAD: getManifest, PUT: putManifest },
  },
  { path: /^\/v2\/(?<name>.+)\/tags\/list$/, methods: { GET: listTags } },
  { path: /^\/v2\/(?<name>.+)\/referrers\/(?<reference>[^/]+)$/, methods: { GET: listReferrers } },
];

export type Common = Omit<Exchange, 'query' | 'name' | 'reference'>;

export async function answer(common: Common, url: URL): Promise<Reply> {
  const path = decode(url.pathname);
  for (const route of routes) {
    const match = route.path.exec(path);
    if (match === null) continue;
    const { name, reference = '' } = match.groups ?? {};
    if (name !== undefined) checkRepositoryName(name);
    const handler = route.methods[common.request.method ?? ''] ?? notImplemented(route);
    const reply = await handler({ ...common, query: url.searchParams, name: name ?? '', reference });
    return reply;
  }
  throw invalid('NAME_UNKNOWN', `There is nothing at '${path.slice(0, 200)}'`, 404);
}

/** As ECR: images are deleted by its own API alone. */
function notImplemented({ methods }: Route): Handler {
  const allowed = Object.keys(methods).join(', ');
  return ({ request }) => {
    throw new Refusal(`${request.method} is not implemented here, only ${allowed}`, {
      code: 'UNSUPPORTED',
      status: 405,
      type: 'InvalidParameterException',
      headers: { Allow: allowed },
    });
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    const refusal = invalid('NAME_INVALID', 'The path is not properly encoded');
    refusal.cause = cause;
    throw refusal;
  }
}
