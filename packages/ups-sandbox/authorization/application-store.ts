import { createBatch } from '@wayleave/platform/batch';
import { InvalidForm } from '@wayleave/platform/errors';
import type { Clock } from '@wayleave/platform/clock';
import type { Database } from '@wayleave/platform/database';
import { sameBytes, Secret, sha256 } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import { applicationProblems, newClientId, newClientSecret, type Application, type NewApplication } from './application.js';

export interface ApplicationStore {
  /** The application with this client id, or null. */
  findApplication(clientId: string): Promise<Application | null>;
  /** Every registered application, by name. */
  listApplications(): Promise<Application[]>;
  /**
   * The application if the secret is its own, else null. An unknown client id costs the same hash, look-up and
   * comparison as a wrong secret.
   */
  authenticateApplication(clientId: string, secret: string): Promise<Application | null>;
  /**
   * Registers an application, or gives a known client id a new secret, name, redirect URIs and accounts. Answers the secret, which
   * is not kept. Throws InvalidForm and writes nothing when a field is wrong.
   */
  registerApplication(application: NewApplication): Promise<{ application: Application; clientSecret: Secret }>;
}

interface ApplicationRow {
  readonly client_id: string;
  readonly secret_hash: Buffer;
  readonly name: string;
  readonly display_name: string;
  readonly redirect_uris: string[];
  readonly accounts: string[];
}

const mostAtOnce = 128;
const hashOfNobody = sha256('the secret of an application that does not exist');

/** The table `upscom.application`. Client secrets are long random texts, so a plain SHA-256 of them is enough at rest. */
export function createApplicationStore(deps: { database: Database; clock: Clock }): ApplicationStore {
  const db = deps.database.kysely<unknown>();

  /** Answers a row for every id, so that known and unknown ids cost the same; what is asked at one moment is looked up at once. */
  const findRow = createBatch<string, ApplicationRow | undefined>({
    most: mostAtOnce,
    async work(clientIds) {
      const { rows } = await sql<ApplicationRow | { client_id: null }>`
        select application.client_id, secret_hash, name, display_name, redirect_uris, accounts
        from unnest(${clientIds.map((clientId) => clientId.replaceAll('\0', ''))}::text[]) with ordinality as asked (client_id, number)
        left join upscom.application on application.client_id = asked.client_id
        order by asked.number
      `.execute(db);
      return clientIds.map((clientId, index) => {
        const row = rows[index];
        return row?.client_id === clientId ? row : undefined;
      });
    },
  });

  return {
    async findApplication(clientId) {
      const row = await findRow(clientId);
      return row ? toApplication(row) : null;
    },

    async listApplications() {
      const { rows } = await sql<ApplicationRow>`
        select client_id, secret_hash, name, display_name, redirect_uris, accounts from upscom.application order by display_name, client_id
      `.execute(db);
      return rows.map(toApplication);
    },

    async authenticateApplication(clientId, secret) {
      const presented = sha256(secret);
      const row = await findRow(clientId);
      const same = sameBytes(presented, row?.secret_hash ?? hashOfNobody);
      return row && same ? toApplication(row) : null;
    },

    async registerApplication(asked) {
      const problems = applicationProblems(asked);
      if (Object.keys(problems).length > 0) throw new InvalidForm(problems);
      const clientId = asked.clientId ?? newClientId();
      const clientSecret = asked.clientSecret ?? newClientSecret();
      const displayName = asked.displayName.trim();
      const redirectUris = [...new Set(asked.redirectUris)];
      const accounts = [...new Set(asked.accounts)].sort();
      const { rows } = await sql<ApplicationRow>`
        insert into upscom.application (client_id, secret_hash, name, display_name, redirect_uris, accounts, created_at)
        values (${clientId}, ${sha256(clientSecret)}, ${shortName(displayName)}, ${displayName}, ${redirectUris}, ${accounts}, ${deps.clock.now()})
        on conflict (client_id) do update set
          secret_hash = excluded.secret_hash, name = excluded.name, display_name = excluded.display_name,
          redirect_uris = excluded.redirect_uris, accounts = excluded.accounts
        returning client_id, secret_hash, name, display_name, redirect_uris, accounts
      `.execute(db);
      const [row] = rows;
      if (!row) throw new Error('registering an application wrote no row');
      return { application: toApplication(row), clientSecret: new Secret(clientSecret) };
    },
  };
}

function toApplication(row: ApplicationRow): Application {
  return { clientId: row.client_id, name: row.name, displayName: row.display_name, redirectUris: row.redirect_uris, accounts: row.accounts };
}

function shortName(displayName: string): string {
  return displayName.replace(/[^A-Za-z0-9]/g, '') || 'Application';
}
