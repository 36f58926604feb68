-- The tokens whose fate is still open, at most two of a grant, among all that it ever had.
create index issued_token_open on vault.issued_token (company_id, application) where fate in ('in use', 'waiting');
