import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const answers: Readonly<Record<string, object>> = {
  BatchGetImage: { images: [], failures: [{ failureCode: 'ImageNotFound', failureReason: 'not found' }] },
  ListClusters: { clusterArns: [] },
};

/** Answers every call of AWS's JSON protocols at once: empty tables, no clusters, no images. */
export async function startAwsStub() {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    calls.push(operation);
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answers[operation] ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The operations since the last time somebody asked. */
    taken: () => calls.splice(0),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
