import type { Deviation } from './openapi.js';

const emptyText = 'UPS sends an empty text where a value is absent; the file gives the length of a value that is there.';
const emptyEventText = 'UPS sends an empty text where an event has no value; the file gives the shape of a value that is there.';
const lostZero = 'UPS drops the leading zero of a time, which the file itself allows by its pattern and not by its length.';

/** Where UPS's files and UPS's answers, or UPS's files among themselves, part ways. Each must be met by a test, or it goes. */
export const deviations = {
  'OAuthAuthCode.yaml': [],
  'Tracking.yaml': [],
  'QuantumView.yaml': [
    { at: /\/Request\/RequestAction$/, keyword: 'minLength', why: 'The file gives QVEvents, the only valid value, a length of 11; it has 8.' },
    { at: /\/CountryCode$/, keyword: 'minLength', why: 'The file gives country codes in activities a length of 3; they are the same two letters as elsewhere.' },
    { at: /\/Origin\/\d+\/\w+ReferenceNumber\/\d+\/Code$/, keyword: 'minLength', why: 'The file gives reference codes of an origin a length of 3; the other records, and the appendix, have 2.' },
    { at: /\/Dimensions\/(Width|Height)$/, keyword: 'minLength', why: 'The file gives sides a length of 9; UPS writes eight zeros.' },
    { at: /\/PackageWeight\/Weight$/, keyword: 'maxLength', why: 'The file gives the weight a length of 6; UPS writes a sign as well: +0007.0.' },
    { at: /\/PackageServiceOptions\/COD$/, keyword: 'type', why: 'UPS writes an absent COD as an empty text.' },
    { at: /\/HoldForPickup$/, keyword: 'type', why: 'UPS writes indicators as empty objects, too.' },
    { at: /\/TaxIdentificationNumber$/, keyword: 'minLength', why: emptyText },
  ],
  'Rating.yaml': [
    { at: /^\/RateRequest\/Request$/, keyword: 'required', why: 'The file requires a RequestOption without saying what it is; the option is in the path, and no example of UPS has it in the body.' },
    { at: /^\/path\/requestoption$/, keyword: 'maxLength', why: 'The file gives the option a length of 10, and names Ratetimeintransit and Shoptimeintransit as valid values.' },
    { at: /\/Shipment\/Service\/Code$/, keyword: 'minLength', why: 'The file gives service codes a length of 3, and lists codes of two digits.' },
    { at: /\/RatedShipment\/\d+\/Service\/Description$/, keyword: 'minLength', why: emptyText },
  ],
  'TimeInTransit.yaml': [
    { at: /^\/emsResponse\/shipDate$/, keyword: 'maxLength', why: 'The file gives the day a length of 8 and the format YYYY-MM-DD.' },
    { at: /\/services\/\d+\/saturdayDeliveryIndicator$/, keyword: 'additionalProperties', why: 'The file requires it without describing it.' },
    { at: /\/serviceLevel$/, keyword: 'maxLength', why: 'The file gives service levels a length of 2, and lists GND, 1DA and others.' },
    { at: /\/saturdayDelivery(Date|Time)$/, keyword: 'minLength', why: emptyText },
    { at: /^\/(origin|destination)PickList\/\d+$/, keyword: 'required', why: 'The file requires CountryCode, and describes countryCode.' },
  ],
  'UPSTrackAlert.yaml': [
    { at: /^\/activityStatus\/descriptionCode$/, keyword: 'additionalProperties', why: 'UPS has it in its examples of events, and not in its schema.' },
    { at: /^\/(activityLocation\/postalCode|actualDeliveryDate)$/, keyword: 'minLength', why: emptyEventText },
    { at: /^\/(activityLocation\/postalCode|actualDeliveryDate)$/, keyword: 'pattern', why: emptyEventText },
    { at: /^\/(actualDelivery|deliveryStart|deliveryEnd)Time$/, keyword: 'pattern', why: emptyEventText },
    { at: /^\/(actualDelivery|deliveryStart|deliveryEnd|localActivity)Time$/, keyword: 'minLength', why: `${emptyEventText} ${lostZero}` },
  ],
} satisfies Record<string, readonly Deviation[]>;
