import { once } from 'node:events';
import { createServer } from 'node:http';

/** Says when somebody rang. */
export interface Bell {
  readonly url: string;
  rung(): Promise<number>;
  close(): void;
}

export async function hangBell(): Promise<Bell> {
  let ring: (at: number) => void = () => undefined;
  const server = createServer((request, response) => {
    ring(Date.now());
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    rung: () =>
      new Promise((done) => {
        ring = done;
      }),
    close: () => server.close(),
  };
}
