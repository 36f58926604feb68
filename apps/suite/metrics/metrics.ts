import type { AnsweredRequest } from '@wayleave/platform/http';
import { Gauge, listenForMetrics, processRegistry, type Registry } from '@wayleave/platform/metrics';
import type { VaultObserver } from '@wayleave/vault';
import type { SuiteContext } from '../suite.js';
import { requestMetrics } from './request-metrics.js';
import { stockReader } from './stock.js';
import { stockMetrics } from './stock-metrics.js';
import { vaultMetrics } from './vault-metrics.js';

/** What one process counts. */
export interface SuiteMetrics {
  readonly registry: Registry;
  readonly vault: VaultObserver;
  answered(request: AnsweredRequest): void;
}

/** Counters at nought, and what is known of the process itself. */
export function createSuiteMetrics(): SuiteMetrics {
  const registry = processRegistry();
  return { registry, vault: vaultMetrics([registry]), answered: requestMetrics([registry]) };
}

/** Shows the metrics of this process where METRICS_PORT says, if it says so; gives what closes that again. */
export async function openMetrics(context: SuiteContext): Promise<() => Promise<void>> {
  const { config, metrics, vault, clock, logger } = context;
  if (!config.metrics || !metrics) return async () => undefined;
  const { registry } = metrics;
  const leases = new Gauge({ name: 'wayleave_leases_held', help: 'Leases that this process holds.', registers: [registry] });
  const show = stockMetrics([registry], clock);
  const read = stockReader(context);
  const listener = await listenForMetrics({
    ...config.metrics,
    logger,
    async write() {
      show(await read());
      leases.set(vault.leasesHeld());
      return registry.metrics();
    },
  });
  return () => listener.close();
}
