import { openDatabase } from '@wayleave/platform/database';
import { companyId, defaultVaultSettings, type VaultSettings } from '@wayleave/vault';
import { setTimeout as delay } from 'node:timers/promises';
import type { Acts, Order, Report } from './acts.js';
import { Load } from './load.js';
import { admin, openBareVault } from './open-bare-vault.js';

const [databaseUrl = '', upsUrl = '', settings = '{}'] = process.argv.slice(2);
const connections = 3;
const changes = JSON.parse(settings) as Partial<VaultSettings>;
const { leaseMs } = { ...defaultVaultSettings, ...changes };

const database = await openDatabase({ url: databaseUrl, max: connections, idleInTransactionMs: Math.floor(leaseMs * 0.8) });
const vault = await openBareVault(database, new URL(upsUrl), changes);
const load = new Load(vault, String(process.pid));

const acts: Acts = {
  load: async (companies, usesPerSecond, storeEvery) => load.start(companies, usesPerSecond, storeEvery),
  resume: async (company) => load.resume(company),
  loaded: async () => ({ answered: load.answered, ended: load.ended, failed: load.failed }),
  async maintain(pauseMs) {
    void (async () => {
      for (;;) {
        await vault.maintain();
        await delay(pauseMs);
      }
    })();
  },
  use: (company) => vault.use({ company: companyId(company), application: 'idm' }, 'test', async ({ call }) => {
    const { status } = await call({ method: 'GET', path: '/api/track/v1/details/1Z0', headers: {} });
    return status;
  }),
  refresh: (company) => vault.refresh(companyId(company), 'idm'),
  clear: (company, generation) => vault.clear({ company: companyId(company), application: 'idm', member: admin, generation }),
};

async function obey({ number, act, values }: Order): Promise<void> {
  const report = (told: Report) => void process.send?.(told);
  try {
    report({ number, result: await (acts[act] as (...values: readonly unknown[]) => Promise<unknown>)(...values) });
  } catch (error) {
    report({ number, error: error instanceof Error ? error.name : String(error) });
  }
}

process.on('message', (order) => void obey(order as Order));
process.on('disconnect', () => process.exit());
process.send?.('open');
