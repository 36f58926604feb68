-- Access tokens that an application got for itself (client_credentials), and what those may see.

-- The shipper accounts of the application's owner.
alter table upscom.application add column accounts text[] not null default '{}';

create table upscom.application_token (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  client_id text not null references upscom.application on delete cascade,
  issued_at timestamptz not null,
  expires_at timestamptz not null
);
create index application_token_client on upscom.application_token (client_id);
create index application_token_expiry on upscom.application_token (expires_at);

-- One row: the key that signs JWT access tokens, once the first was asked for. It is no secret worth keeping: a signature
-- opens nothing here, since every token is looked up by its hash.
create table upscom.signing_key (
  single boolean primary key default true check (single),
  key_id uuid not null,
  private_key text not null
);
