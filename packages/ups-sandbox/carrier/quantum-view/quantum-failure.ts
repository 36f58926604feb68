/**
 * Quantum View's own refusals, which come inside a 200. The texts of the first two are as recorded (php-ups-api#242); UPS's
 * numbers for them are not known.
 */
export class QuantumFailure extends Error {
  readonly code: string;

  private constructor(code: string, message: string) {
    super(message);
    this.name = 'QuantumFailure';
    this.code = code;
  }

  static noFiles(): QuantumFailure {
    return new QuantumFailure('330028', 'There are no files for the given Request');
  }

  static unknownNames(names: readonly string[]): QuantumFailure {
    return new QuantumFailure('330027', `The following Subscription Names do not exist for the SubscriberID: ${names.join(', ')}`);
  }

  static rangeTooOld(): QuantumFailure {
    return new QuantumFailure('330029', 'The range begins more than 7 days ago');
  }

  static unknownBookmark(): QuantumFailure {
    return new QuantumFailure('330030', 'The Bookmark is not valid');
  }
}
