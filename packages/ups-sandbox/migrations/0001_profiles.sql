-- UPS.com's people: profiles, their shipper accounts, how they log in and what they agreed to.

create table upscom.profile (
  id text primary key,
  username text not null,
  -- The form in which names are looked up and compared; the columns beside them keep what was typed.
  username_key text not null constraint profile_username_taken unique,
  email text not null,
  email_key text not null constraint profile_email_taken unique,
  password_hash text not null,
  -- Raised by every password change. Sessions, codes and token families copy it and are dead once it moved on.
  epoch int4 not null default 1,
  created_at timestamptz not null,
  password_changed_at timestamptz not null
);

create table upscom.shipper_account (
  profile_id text not null references upscom.profile on delete cascade,
  number text not null check (number ~ '^[0-9A-Z]{6}$'),
  name text not null,
  primary key (profile_id, number)
);

create table upscom.session (
  id_hash bytea primary key,
  subject text not null,
  epoch int4 not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  flash jsonb
);
create index session_subject on upscom.session (subject);

create table upscom.one_time_link (
  token_hash bytea primary key,
  purpose text not null,
  subject text not null,
  data jsonb,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index one_time_link_subject on upscom.one_time_link (subject, purpose);

create table upscom.throttle (
  key_hash bytea primary key,
  window_start timestamptz not null,
  hits int4 not null
);

create table upscom.mail (
  id bigint generated always as identity primary key,
  recipient text not null,
  subject text not null,
  body text not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  attempts int4 not null default 0,
  next_attempt_at timestamptz,
  last_error text
);

-- A browser in which a profile logged in before. Strangers' failures do not count against it.
create table upscom.known_browser (
  browser_hash bytea not null,
  profile_id text not null references upscom.profile on delete cascade,
  last_used_at timestamptz not null,
  primary key (browser_hash, profile_id)
);

-- One passage through the Log In page: what the application asked for and who said they are, until the password is given.
create table upscom.sign_in_request (
  id_hash bytea primary key,
  browser_hash bytea not null,
  -- The application's request as a percent-encoded query, so that every byte of it survives.
  query text not null,
  typed_name text not null,
  agreement_version text not null,
  agreed_at timestamptz not null,
  expires_at timestamptz not null,
  closed_at timestamptz
);
create index sign_in_request_expiry on upscom.sign_in_request (expires_at);

create table upscom.agreement_acceptance (
  id bigint generated always as identity primary key,
  profile_id text not null references upscom.profile on delete cascade,
  client_id text not null,
  text_version text not null,
  typed_name text not null,
  agreed_at timestamptz not null,
  completed_at timestamptz not null
);
create index agreement_acceptance_profile on upscom.agreement_acceptance (profile_id, client_id);
