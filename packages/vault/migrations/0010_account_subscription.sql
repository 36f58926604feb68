-- Accounts that UPS pushes events about because of a grant: it goes on until somebody unsubscribes, so Clear does.
create table vault.account_subscription (
  company_id text not null,
  application text not null,
  account text not null,
  subscribed_at timestamptz not null,
  -- The number of the Clear that ended it at UPS; null while it stands, also when a Clear could not end it.
  ended_by int4,
  primary key (company_id, application, account)
);
