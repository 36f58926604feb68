import type { Clock } from '@wayleave/platform/clock';
import { Gauge, type Registry } from '@wayleave/platform/metrics';
import { applicationIds, type GrantState } from '@wayleave/vault';
import type { Stock } from './stock.js';

const states: Readonly<Record<GrantState, true>> = { 'none': true, 'authorized': true, 'suspended': true, 'needs-opt-in': true, 'clearing': true, 'cleared': true };

/** Shows what lies in the database, and nothing of it while that cannot be read. */
export function stockMetrics(registers: [Registry], clock: Clock): (stock: Stock | null) => void {
  const gauge = (name: string, help: string, labelNames: string[] = []) => new Gauge({ name: `wayleave_${name}`, help, labelNames, registers });
  const up = gauge('database_up', 'Whether the database answered the questions for the metrics.');
  const grants = gauge('grants', 'Grants of all companies, by state.', ['application', 'state']);
  const uncertain = gauge('redemptions_uncertain', 'Grants whose refresh got no answer yet.', ['application']);
  const events = gauge('outbox_events_waiting', 'Events of the vault that nobody was told of yet.');
  const eventAge = gauge('outbox_oldest_event_age_seconds', 'How long ago the first of them happened; 0 when none waits.');
  const waiting = gauge('webhook_deliveries_waiting', 'Webhooks that are still to be delivered.');
  const dead = gauge('webhook_deliveries_given_up', 'Webhooks that were given up in the last 30 days and not sent again.');
  const mails = gauge('mails_waiting', 'Mails that are still to be sent.');

  return (stock) => {
    up.set(stock === null ? 0 : 1);
    if (stock === null) {
      for (const one of [grants, uncertain]) one.reset();
      for (const one of [events, eventAge, waiting, dead, mails]) one.remove();
      return;
    }
    for (const application of applicationIds) {
      const found = stock.vault.grants.filter((one) => one.application === application);
      for (const state of Object.keys(states)) grants.set({ application, state }, found.find((one) => one.state === state)?.count ?? 0);
      uncertain.set({ application }, stock.vault.uncertain.find((one) => one.application === application)?.count ?? 0);
    }
    const { count, oldest } = stock.vault.events;
    events.set(count);
    eventAge.set(oldest === null ? 0 : Math.max(0, clock.now().getTime() - oldest.getTime()) / 1000);
    waiting.set(stock.deliveries.waiting);
    dead.set(stock.deliveries.dead);
    mails.set(stock.mailsWaiting);
  };
}
