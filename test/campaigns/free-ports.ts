/**
 * Ports for desks that lose processes: with `--port 0` a process that is started again would listen somewhere else, and
 * whoever has the old address would look at nothing.
 */

import { createServer } from 'node:net';

/** `--port` and `--practice-port` with two ports that were free a moment ago. */
export async function steadyPorts(): Promise<string[]> {
  const servers = await Promise.all([free(), free()]);
  const [port = 0, practicePort = 0] = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ['--port', String(port), '--practice-port', String(practicePort)];
}

function free(): Promise<ReturnType<typeof createServer>> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
