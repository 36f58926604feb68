alter table vault.opt_in drop column number;
