export const usage = `Usage: wayleave <command>

  start                                       The demo: stand-in UPS.com, suite and worker in one process,
                                              with its data in WAYLEAVE_DATA (.wayleave/) or DATABASE_URL.
  web                                         The suite's pages. Needs DATABASE_URL.
  worker                                      The suite's jobs. Needs DATABASE_URL.
  migrate                                     Brings the database of DATABASE_URL up to date.
  company add <name> --admin <mail>           Adds a company with its first admin; prints a link to set a password.
  member add <mail> --company <name> [--role admin|user]
                                              Adds a member, by default a user; prints a link to set a password.
  member role <sign-in name> admin|user       Changes a member's role.
  member remove <sign-in name>                Removes a member.
  verify-audit [company id]                   Looks for entries of the audit that were changed, removed, moved or cut off,
                                              in DATABASE_URL or WAYLEAVE_DATA. Ends with 1 when it finds any.
  resume [--yes]                              Shows which opt-ins are suspended because the database was restored or moved,
                                              and puts them back to work, in DATABASE_URL or WAYLEAVE_DATA.
  rotate-keys                                 Puts all tokens under WAYLEAVE_MASTER_KEY and retires
                                              WAYLEAVE_PREVIOUS_MASTER_KEY. Needs DATABASE_URL.
  sandbox                                     The stand-in UPS.com alone: in memory, in the folder UPSCOM_DATA, or in
                                              DATABASE_URL.
  sandbox parcels                             The parcels of the stand-in that runs on UPSCOM_PORT, a line of JSON each,
                                              on stdout. Needs UPSCOM_CONTROL_TOKEN.
`;
