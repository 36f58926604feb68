-- The live lists that each member has open, in whichever process: a browser makes only so many connections to a server.
create table suite.live_stream (
  company_id text not null,
  member_id  text not null,
  place      int4 not null,
  stream_id  text not null,
  -- Moved on while the stream is open; a process that dies leaves its places to be taken from then on.
  kept_until timestamptz not null,
  primary key (company_id, member_id, place),
  foreign key (company_id, member_id) references suite.member on delete cascade
);
