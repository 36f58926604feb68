-- What was given up is listed by company and counted over all of them.
create index webhook_delivery_dead on suite.webhook_delivery (company_id, id) where state = 'dead';
