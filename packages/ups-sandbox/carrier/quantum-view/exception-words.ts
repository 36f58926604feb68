/** A code of two characters with its text. */
export interface Worded {
  readonly code: string;
  readonly text: string;
}

/** Why something went wrong and what comes of it. The codes are ours: UPS's lists of them are not public. */
export interface ExceptionWords {
  readonly reason: Worded;
  readonly resolution: Worded | null;
}

const resolutions = {
  rescheduled: { code: 'RD', text: 'DELIVERY RESCHEDULED' },
  secondAttempt: { code: '2A', text: 'SECOND ATTEMPT TO BE MADE' },
  lastAttempt: { code: '3A', text: 'FINAL ATTEMPT TO BE MADE' },
  corrected: { code: 'AC', text: 'ADDRESS CORRECTED' },
  toSender: { code: 'RS', text: 'PACKAGE TO BE RETURNED' },
  searching: { code: 'TR', text: 'TRACER STARTED' },
  again: { code: 'RA', text: 'PACKAGE TO BE DELIVERED AGAIN' },
} as const satisfies Record<string, Worded>;

const words: Readonly<Record<string, ExceptionWords>> = {
  '013': { reason: { code: 'MD', text: 'LEFT AT ANOTHER ADDRESS' }, resolution: resolutions.again },
  '022': { reason: { code: 'N1', text: 'RECEIVER NOT AVAILABLE' }, resolution: resolutions.secondAttempt },
  '023': { reason: { code: 'N2', text: 'RECEIVER NOT AVAILABLE' }, resolution: resolutions.lastAttempt },
  '048': { reason: { code: 'LT', text: 'LATE TRAILER' }, resolution: resolutions.rescheduled },
  '050': { reason: { code: 'A1', text: 'INCORRECT STREET NUMBER' }, resolution: resolutions.corrected },
  '051': { reason: { code: 'WX', text: 'SEVERE WEATHER' }, resolution: resolutions.rescheduled },
  '059': { reason: { code: 'DM', text: 'CONTENTS DAMAGED' }, resolution: null },
  '064': { reason: { code: 'RF', text: 'REFUSED BY RECEIVER' }, resolution: resolutions.toSender },
  '068': { reason: { code: 'LO', text: 'PACKAGE NOT FOUND' }, resolution: resolutions.searching },
  '069': { reason: { code: 'UC', text: 'NOT COLLECTED' }, resolution: resolutions.toSender },
};

/** The words of an exception by UPS's three-digit status code. */
export function exceptionWords(statusCode: string): ExceptionWords {
  return words[statusCode] ?? { reason: { code: 'XX', text: 'OTHER' }, resolution: null };
}
