import type { QuantumDelivery, QuantumException, QuantumGeneric, QuantumOrigin } from '../wire/quantum-view-records.js';
import { artifactAddress } from './address.js';
import { said, type Fields } from './fields.js';
import { billTo, codedText, namedAddress, references } from './quantum-parts.js';
import type { CodedText, DeliveryRecord, ExceptionRecord, GenericRecord, OriginRecord } from './quantum-record.js';

/** Our origin record from UPS's. */
export function toOrigin(wire: QuantumOrigin, fields: Fields): OriginRecord {
  return {
    kind: 'origin',
    ...about(wire),
    moment: fields.localMoment(wire, 'Date', 'Time'),
    place: artifactAddress(wire.ActivityLocation?.AddressArtifactFormat),
    scheduledDay: fields.day(wire, 'ScheduledDeliveryDate'),
    scheduledTime: fields.time(wire, 'ScheduledDeliveryTime'),
  };
}

/** Our exception record from UPS's. */
export function toException(wire: QuantumException, fields: Fields): ExceptionRecord {
  return {
    kind: 'exception',
    ...about(wire),
    moment: fields.localMoment(wire, 'Date', 'Time'),
    place: artifactAddress(wire.ActivityLocation?.AddressArtifactFormat),
    status: coded(wire.StatusCode, wire.StatusDescription),
    reason: coded(wire.ReasonCode, wire.ReasonDescription),
    resolution: codedText(wire.Resolution?.Code, wire.Resolution?.Description),
    rescheduledDay: fields.day(wire, 'RescheduledDeliveryDate'),
    rescheduledTime: fields.time(wire, 'RescheduledDeliveryTime'),
    updatedAddress: namedAddress(wire.UpdatedAddress),
    accessPoint: said(wire.AccessPointLocationID),
  };
}

/** Our delivery record from UPS's. */
export function toDelivery(wire: QuantumDelivery, fields: Fields): DeliveryRecord {
  const to = wire.DeliveryLocation;
  return {
    kind: 'delivery',
    ...about(wire),
    moment: fields.localMoment(wire, 'Date', 'Time'),
    place: artifactAddress(wire.ActivityLocation?.AddressArtifactFormat),
    driverRelease: said(wire.DriverRelease),
    deliveredTo: namedAddress(to?.AddressArtifactFormat),
    location: codedText(to?.Code, to?.Description),
    signedBy: said(to?.SignedForByName),
    cashOnDelivery: fields.in('COD', 'CODAmount').money(wire.COD?.CODAmount, 'MonetaryValue', 'CurrencyCode'),
    lastPickupDay: fields.day(wire, 'LastPickupDate'),
    accessPoint: said(wire.AccessPointLocationID),
  };
}

/** Our generic record from UPS's. */
export function toGeneric(wire: QuantumGeneric, fields: Fields): GenericRecord {
  const failure = wire.FailureNotification;
  return {
    kind: 'generic',
    activity: wire.ActivityType.trim(),
    ...about(wire),
    moment: fields.in('Activity').localMoment(wire.Activity, 'Date', 'Time'),
    service: codedText(wire.Service?.Code, wire.Service?.Description),
    rescheduledDay: fields.day(wire, 'RescheduledDeliveryDate'),
    shipTo: wire.ShipTo === undefined ? null : {
      locationId: said(wire.ShipTo.LocationID), name: said(wire.ShipTo.ReceivingAddressName), bookmark: said(wire.ShipTo.Bookmark),
    },
    failedNotification: failure === undefined ? null : {
      mail: said(failure.FailedEmailAddress), code: said(failure.FailureNotificationCode?.Code), text: said(failure.FailureNotificationCode?.Description),
    },
  };
}

function about(wire: QuantumOrigin | QuantumGeneric) {
  return {
    trackingNumber: wire.TrackingNumber.trim(),
    account: said(wire.ShipperNumber),
    packageReferences: references(wire.PackageReferenceNumber),
    shipmentReferences: references(wire.ShipmentReferenceNumber),
    billTo: billTo(wire.BillToAccount),
  };
}

function coded(code: string | undefined, text: string | undefined): CodedText {
  return { code: said(code), text: said(text) };
}
