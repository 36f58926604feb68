import { Problem } from '@wayleave/platform/errors';

/** The company has no opt-in for the application: it never had one, or it was cleared. */
export class NotOptedIn extends Problem {
  constructor() {
    super(409, 'Not opted in', 'There is no opt-in for this application. An admin can opt in.');
  }
}

/** The database was restored or moved, and may not know what was done last. Nothing is used until the operator confirms. */
export class Suspended extends Problem {
  constructor() {
    super(409, 'Paused until it is confirmed', 'The database was restored or moved. Whoever runs this server has to confirm that the opt-ins in it still hold.');
  }
}

/** UPS.com refuses the grant, as after a changed password or a withdrawal. Only a new opt-in helps. */
export class NeedsOptIn extends Problem {
  constructor() {
    super(409, 'A new opt-in is needed', 'UPS.com no longer accepts the opt-in of this application. An admin has to opt in again.');
  }
}

/** The grant was cleared or replaced while this ran. What was retrieved is not stored. */
export class GrantEnded extends Problem {
  constructor() {
    super(409, 'The opt-in ended meanwhile', 'The opt-in was cleared or replaced while this ran. Nothing of it was stored.');
  }
}

/** This instance could not renew its lease, as when the database is out of reach. The use may be tried again. */
export class LeaseLost extends Problem {
  /** Whether UPS may have received the request that was to be sent under it. */
  readonly sent: boolean;

  constructor(sent = false) {
    super(503, 'Not available right now', 'The grant could not be confirmed in time. Try again in a moment.');
    this.sent = sent;
  }
}

/** The master key is not the one that this database's tokens were encrypted under, or is no key at all. */
export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey';
}
