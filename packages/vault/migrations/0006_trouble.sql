-- A fault that UPS itself reports is told from not reaching UPS at all.
alter table vault."grant" drop constraint grant_trouble_check,
  add constraint grant_trouble_check check (trouble in ('throttled', 'unreachable', 'ups-fault', 'client-refused', 'blocked-merchant', 'uncertain'));
