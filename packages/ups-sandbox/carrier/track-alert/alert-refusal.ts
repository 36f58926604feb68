import { UpsRefusal } from '../../ups-refusal.js';

const rejected = 'The Subscription request has been rejected.';

/** UPS's messages by code (UPSTrackAlert.yaml, Error Codes). VSS500, 700 and 800 belong to the destination that v1 had in its body. */
const messages = {
  VSS000: `Invalid request and ${rejected}`,
  VSS002: 'Missing transId',
  VSS003: `Please enter a valid Transaction ID, ${rejected}`,
  VSS004: 'Missing transactionSrc',
  VSS006: `Please enter a valid Transaction SRC, ${rejected}`,
  VSS110: `Subscription request is empty or not present. ${rejected}`,
  VSS200: `Tracking Number List is required. ${rejected}`,
  VSS210: `The Subscription request should have at least one valid tracking number. ${rejected}`,
  VSS215: 'The tracking number that was submitted is not a valid CIE tracking number and has been rejected.',
  VSS220: 'You have submitted over 100 tracking numbers which is not allowed. The entire submission of tracking numbers has been rejected.  Please resubmit your request again using groups of no more than 100 tracking numbers.',
  VSS300: `Locale is required. ${rejected}`,
  VSS310: 'Please enter a valid locale. The Subscription request has been rejected',
  VSS400: `Please enter a valid country code. ${rejected}`,
  VSS600: `URL is empty or not present. ${rejected}`,
  VSS930: `Type is missing or invalid, ${rejected}`,
} as const;

export type AlertCode = keyof typeof messages;

/** Makes the refusal of a subscription, 400 with UPS's code and message. */
export type Refuse = (code: AlertCode, message?: string) => UpsRefusal;

export const refuseAccount: Refuse = (code, message = messages[code]) => new UpsRefusal(400, code, message);

/** With packages, UPS lists beside every error the numbers that it could not take. */
export function refusePackages(invalidTrackingNumbers: readonly string[]): Refuse {
  return (code, message = messages[code]) => new UpsRefusal(400, code, message, undefined, { invalidTrackingNumbers });
}
