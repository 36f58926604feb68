-- Workers forget old events each second, among millions that are younger.
create index outbox_delivered on vault.outbox (delivered_at) where delivered_at is not null;
