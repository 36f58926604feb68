import type { AnsweredRequest } from '@wayleave/platform/http';
import { Counter, Histogram, type Registry } from '@wayleave/platform/metrics';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const methods = new Set(['GET', 'HEAD', 'POST']);

/** Counts requests by the pattern of their route, never by their address. */
export function requestMetrics(registers: [Registry]): (answered: AnsweredRequest) => void {
  const requests = new Counter({
    name: 'wayleave_http_requests_total', help: 'Requests answered, by the pattern of their route.', labelNames: ['route', 'method', 'status'], registers,
  });
  const durations = new Histogram({
    name: 'wayleave_http_request_duration_seconds', help: 'From a request to the end of its answer. Live lists end when they are left.', labelNames: ['route'], buckets: seconds, registers,
  });
  return ({ route, method, status, ms }) => {
    requests.inc({ route, method: methods.has(method) ? method : 'other', status: `${Math.floor(status / 100)}xx` });
    durations.observe({ route }, ms / 1000);
  };
}
