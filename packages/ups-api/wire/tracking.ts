import { Type, type Static } from 'typebox';
import { bool, integer, list, part, text } from './shape.js';

/** A status as UPS writes it; `code` is a two-letter scan code or, in `currentStatus`, often the three-digit status code. */
export const TrackStatus = Type.Object({
  type: text, code: text, description: text, statusCode: text, simplifiedTextDescription: text,
});
export type TrackStatus = Static<typeof TrackStatus>;

export const TrackAddress = Type.Object({
  addressLine1: text, addressLine2: text, addressLine3: text, city: text, stateProvince: text, postalCode: text, country: text, countryCode: text,
});
export type TrackAddress = Static<typeof TrackAddress>;

/** One scan, newest first in `activity`. `date` and `time` are local to the place; the gmt fields give the instant. */
export const TrackActivity = Type.Object({
  date: text, time: text, gmtDate: text, gmtTime: text, gmtOffset: text,
  location: part(Type.Object({ slic: text, address: part(TrackAddress) })),
  status: part(TrackStatus),
  logicalScan: bool,
});
export type TrackActivity = Static<typeof TrackActivity>;

/** `linkedActivity` is an index into the same package's `activity`, and shifts with every new scan. */
export const TrackMilestone = Type.Object({
  category: text, code: text, current: bool, description: text, linkedActivity: text, state: text,
  subMilestone: part(Type.Object({ category: text })),
});
export type TrackMilestone = Static<typeof TrackMilestone>;

/** `image`, `content` and `photo` are base64; `content` is HTML that no browser should be shown. */
export const TrackDeliveryInformation = Type.Object({
  location: text,
  receivedBy: text,
  signature: part(Type.Object({ image: text })),
  pod: part(Type.Object({ content: text })),
  deliveryPhoto: part(Type.Object({ photo: text, photoCaptureInd: text, photoDispositionCode: text, isNonPostalCodeCountry: bool })),
});
export type TrackDeliveryInformation = Static<typeof TrackDeliveryInformation>;

export const TrackPackage = Type.Object({
  trackingNumber: Type.String({ pattern: '\\S' }),
  packageCount: integer,
  statusCode: text,
  statusDescription: text,
  currentStatus: part(TrackStatus),
  deliveryDate: list(Type.Object({ type: text, date: text })),
  deliveryTime: part(Type.Object({ type: text, startTime: text, endTime: text })),
  service: part(Type.Object({ code: text, levelCode: text, description: text })),
  weight: part(Type.Object({ weight: text, unitOfMeasurement: text })),
  dimension: part(Type.Object({ length: text, width: text, height: text, unitOfDimension: text })),
  referenceNumber: list(Type.Object({ type: text, number: text })),
  alternateTrackingNumber: list(Type.Object({ type: text, number: text })),
  additionalServices: list(Type.String()),
  additionalAttributes: list(Type.String()),
  packageAddress: list(Type.Object({ type: text, name: text, attentionName: text, address: part(TrackAddress) })),
  accessPointInformation: part(Type.Object({ pickupByDate: text })),
  paymentInformation: list(Type.Object({ type: text, amount: text, currency: text, id: text, paid: bool, paymentMethod: text })),
  milestones: list(TrackMilestone),
  suppressionIndicators: list(Type.String()),
  isSmartPackage: bool,
  ucixStatus: text,
  deliveryInformation: part(TrackDeliveryInformation),
  activity: list(TrackActivity),
});
export type TrackPackage = Static<typeof TrackPackage>;

/** `pickupDate` is not in UPS's file, but in its answers. `userRelation` comes as a list or as one text. */
export const TrackShipment = Type.Object({
  inquiryNumber: text,
  pickupDate: text,
  userRelation: list(Type.String()),
  warnings: list(Type.Object({ code: text, message: text })),
  package: list(TrackPackage),
});
export type TrackShipment = Static<typeof TrackShipment>;

/** The answer of the three Track v1 calls. An unknown number is 200 with a warning and no package. */
export const TrackResponse = Type.Object({ trackResponse: Type.Object({ shipment: Type.Array(TrackShipment, { minItems: 1 }) }) });
export type TrackResponse = Static<typeof TrackResponse>;

/** The warning that stands for "not found". */
export const trackingNotFound = 'TW0001';
