import { Type, type Static } from 'typebox';

const text = Type.Optional(Type.String());

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
  location: Type.Optional(Type.Object({ slic: text, address: Type.Optional(TrackAddress) })),
  status: Type.Optional(TrackStatus),
});
export type TrackActivity = Static<typeof TrackActivity>;

export const TrackPackage = Type.Object({
  trackingNumber: Type.String(),
  currentStatus: Type.Optional(TrackStatus),
  deliveryDate: Type.Optional(Type.Array(Type.Object({ type: text, date: text }))),
  deliveryTime: Type.Optional(Type.Object({ type: text, startTime: text, endTime: text })),
  service: Type.Optional(Type.Object({ code: text, levelCode: text, description: text })),
  activity: Type.Optional(Type.Array(TrackActivity)),
});
export type TrackPackage = Static<typeof TrackPackage>;

/** The answer of GET /api/track/v1/details/{inquiryNumber}. An unknown number is 200 with a warning and no package. */
export const TrackResponse = Type.Object({
  trackResponse: Type.Object({
    shipment: Type.Array(Type.Object({
      inquiryNumber: text,
      warnings: Type.Optional(Type.Array(Type.Object({ code: Type.String(), message: text }))),
      package: Type.Optional(Type.Array(TrackPackage)),
    })),
  }),
});
export type TrackResponse = Static<typeof TrackResponse>;

/** The warning that stands for "not found". */
export const trackingNotFound = 'TW0001';
