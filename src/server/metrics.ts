/** Numbers for Prometheus. Labels are names of our own routes and states: never a person, an address or a key. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = {
  readonly answered: (route: string, status: number, tookMs: number) => void;
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

export function createMetrics(read: {
  readonly connectionsByStatus: () => ReadonlyMap<string, number>;
  readonly liveSockets: () => number;
}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'gapless_http_request_seconds',
    help: 'Time from request to answer.',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'gapless_http_refused_total',
    help: 'Answers with a status of 400 or more.',
    labelNames: ['status'],
    registers: [registry],
  });
  new Gauge({
    name: 'gapless_connections',
    help: 'Connected exchanges by status.',
    labelNames: ['status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [status, count] of read.connectionsByStatus()) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'gapless_live_sockets',
    help: 'Open live sockets.',
    registers: [registry],
    collect() {
      this.set(read.liveSockets());
    },
  });
  return {
    answered(route, status, tookMs) {
      seconds.observe({ route, status: String(status) }, tookMs / 1_000);
      if (status >= 400) refused.inc({ status: String(status) });
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
