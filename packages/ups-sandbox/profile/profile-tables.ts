import type { ColumnType, Generated } from 'kysely';

interface ProfileTable {
  id: string;
  username: string;
  username_key: string;
  email: string;
  email_key: string;
  password_hash: string;
  epoch: Generated<number>;
  created_at: Date;
  password_changed_at: Date;
}

interface ShipperAccountTable {
  profile_id: string;
  number: string;
  name: string;
}

interface KnownBrowserTable {
  browser_hash: Buffer;
  profile_id: string;
  last_used_at: Date;
}

interface SignInRequestTable {
  id_hash: Buffer;
  browser_hash: Buffer;
  query: string;
  typed_name: string;
  agreement_version: string;
  agreed_at: Date;
  expires_at: Date;
  closed_at: Date | null;
}

interface AgreementAcceptanceTable {
  id: ColumnType<string, never, never>;
  profile_id: string;
  client_id: string;
  text_version: string;
  typed_name: string;
  agreed_at: Date;
  completed_at: Date;
}

/** The tables of migrations/0001_profiles.sql that this package writes itself (platform's stores own the others). */
export interface ProfileTables {
  'upscom.profile': ProfileTable;
  'upscom.shipper_account': ShipperAccountTable;
  'upscom.known_browser': KnownBrowserTable;
  'upscom.sign_in_request': SignInRequestTable;
  'upscom.agreement_acceptance': AgreementAcceptanceTable;
}
