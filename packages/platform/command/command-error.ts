/** A command that cannot be carried out. The message is a sentence that says why and how to mend it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** A command line that makes no sense; the usage is shown with it. */
export class UsageError extends CommandError {}
