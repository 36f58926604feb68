import { InvalidForm } from '@wayleave/platform/errors';
import { subscriptionStatuses, type QuantumSubscriptionStore } from '../carrier/quantum-view/quantum-subscription-store.js';
import { subscriberOf } from '../carrier/quantum-view/quantum-view.js';
import type { ProfileTables } from '../profile/profile-tables.js';
import { findProfileByName } from '../profile/profile-store.js';
import type { SandboxContext } from '../sandbox-context.js';
import type { QuantumSubscriptionOrder } from './control.js';

/** Makes a Quantum View subscription, or changes its status. Throws InvalidForm. */
export async function orderQuantumSubscription(
  { context, quantumSubscriptions }: { context: SandboxContext; quantumSubscriptions: QuantumSubscriptionStore }, order: QuantumSubscriptionOrder,
): Promise<void> {
  const status = subscriptionStatuses.find((known) => known === order.status);
  if (!status) throw new InvalidForm({ status: `status is one of ${subscriptionStatuses.join(', ')}.` });
  if (!/^[A-Za-z0-9_-]{1,21}$/.test(order.name)) throw new InvalidForm({ name: 'name has 1 to 21 letters, digits, hyphens or underscores.' });
  await quantumSubscriptions.set(await findSubscriber(context, order), order.name, status);
}

async function findSubscriber({ database, authorization }: SandboxContext, { username, clientId }: QuantumSubscriptionOrder): Promise<string> {
  if (username !== undefined && clientId !== undefined) throw new InvalidForm({ client_id: 'Give username or client_id, not both.' });
  if (username !== undefined) {
    const profile = await findProfileByName(database.kysely<ProfileTables>(), username);
    if (profile) return subscriberOf({ kind: 'profile', profileId: profile.id });
  } else if (clientId !== undefined && await authorization.findApplication(clientId)) {
    return subscriberOf({ kind: 'application', clientId });
  }
  throw new InvalidForm(username === undefined ? { client_id: 'There is no application with this client id.' } : { username: 'There is no profile of this name.' });
}
