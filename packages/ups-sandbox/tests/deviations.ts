import type { Deviation } from '../../ups-api/tests/openapi.js';

/** Where the stand-in's answers part ways with UPS's files, beside what `packages/ups-api/tests/deviations.ts` lists. */
export const standInDeviations = {
  'Tracking.yaml': [
    { at: /^\/trackResponse\/shipment\/\d+\/pickupDate$/, keyword: 'additionalProperties', why: 'UPS sends it (UPS-API/api-documentation#187); the file does not have it.' },
    { at: /\/shipment\/\d+\/userRelation$/, keyword: 'type', why: 'The file says a list and gives one text as its example; answers have both.' },
    { at: /\/suppressionIndicators$/, keyword: 'type', why: 'The file says a list and gives one text as its example; answers have both.' },
  ],
  'QuantumView.yaml': [
    { at: /\/Manifest\/\d+(\/ShipmentServiceOptions)?$/, keyword: 'required', why: 'The file requires indicators that say something by being there; where they do not apply, they are left out.' },
    { at: /\/PackageServiceOptions$/, keyword: 'required', why: 'The file requires HoldForPickup; a recorded answer has the container with COD alone (UPS-API/api-documentation#106).' },
    { at: /\/(ResidentialAddressIndicator|SaturdayDelivery|ConsigneeBillIndicator)$/, keyword: 'type', why: 'UPS writes indicators as empty objects, too (php-ups-api#191).' },
    { at: /\/Dimensions\/Length$/, keyword: 'maxLength', why: 'The file gives the length three digits; a recorded answer has eight zeros (UPS-API/api-documentation#117).' },
    { at: /\/PostalServiceTrackingID$/, keyword: 'minLength', why: 'The file gives it a length of 35; the post office has 22 to 26 digits.' },
    { at: /\/Error\/\d+\/ErrorDescription$/, keyword: 'maxLength', why: 'The file gives it 50 characters; the recorded text about unknown names has more (php-ups-api#242).' },
  ],
  'UPSTrackAlert.yaml': [
    { at: /^\/activityLocation\/(stateProvince|postalCode)$/, keyword: 'pattern', why: 'The file knows states and postal codes of the United States only.' },
    { at: /^\/activityLocation\/stateProvince$/, keyword: 'minLength', why: 'UPS sends an empty text where an event has no value.' },
  ],
} satisfies Record<string, readonly Deviation[]>;
