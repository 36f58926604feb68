-- Until when, by the application's clock in milliseconds since 1970, the calls that a client made to UPS have used its pace up.
create table vault.pace (
  application text primary key check (application in ('idm', 'idh')),
  used_up_to float8 not null
);

insert into vault.pace (application, used_up_to) values ('idm', 0), ('idh', 0);
