import type { QuantumDelivery, QuantumException, QuantumGeneric, QuantumOrigin } from '@wayleave/ups-api/wire';
import { dayDigits } from '../../world/calendar.js';
import { handoverOf } from '../../world/handover.js';
import type { Parcel } from '../../world/parcel.js';
import type { Scan } from '../../world/scan.js';
import { localTime } from '../../world/zone-time.js';
import { exceptionWords } from './exception-words.js';
import { artifact, billTo, firstPromise, nameOf, references, scanPlace } from './quantum-parts.js';

const longestPlaceText = 15;
const longestStatusText = 120;

/** UPS has the parcel for the first time. */
export function originRecord(parcel: Parcel, scan: Scan): QuantumOrigin {
  return { ...about(parcel), ...when(scan), ActivityLocation: scanPlace(scan), ...firstPromise(parcel) };
}

/** Something went wrong, with its reason and what comes of it. */
export function exceptionRecord(parcel: Parcel, scan: Scan): QuantumException {
  const { happening, rescheduledTo } = scan;
  const { reason, resolution } = exceptionWords(happening.statusCode);
  return {
    ...about(parcel), ...when(scan),
    ActivityLocation: scanPlace(scan),
    StatusCode: happening.code,
    StatusDescription: happening.description.trim().toUpperCase().slice(0, longestStatusText),
    ReasonCode: reason.code,
    ReasonDescription: reason.text,
    ...(resolution === null ? {} : { Resolution: { Code: resolution.code, Description: resolution.text } }),
    ...(rescheduledTo === undefined ? {} : { RescheduledDeliveryDate: dayDigits(rescheduledTo), RescheduledDeliveryTime: '235959' }),
    ...(happening.code === 'AD' ? { UpdatedAddress: artifact({ ...parcel.consignee, residential: false }) } : {}),
    ...(happening.code === 'UC' && parcel.accessPoint !== null ? { AccessPointLocationID: parcel.accessPoint.id } : {}),
  };
}

/** A delivery scan: to the receiver, into an access point (where it waits until a last day), or back to the shipper. */
export function deliveryRecord(parcel: Parcel, scan: Scan): QuantumDelivery {
  const { code } = scan.happening;
  const waits = code === 'ZP' ? parcel.accessPoint : null;
  const { ended, leftAt, receivedBy, signed } = handoverOf(parcel, scan);
  const { cashOnDelivery } = parcel;
  return {
    ...about(parcel), ...when(scan),
    ...(!signed && receivedBy !== '' ? { DriverRelease: nameOf(receivedBy) } : {}),
    ActivityLocation: scanPlace(scan),
    DeliveryLocation: {
      AddressArtifactFormat: artifact(code === 'RT' ? parcel.shipper : parcel.consignee),
      Code: waits === null ? 'M1' : 'AP',
      Description: (waits === null ? leftAt : 'ACCESS POINT').toUpperCase().slice(0, longestPlaceText),
      ...(signed && receivedBy !== '' ? { SignedForByName: nameOf(receivedBy) } : {}),
    },
    ...(ended && cashOnDelivery !== null ? { COD: { CODAmount: { CurrencyCode: 'USD', MonetaryValue: cashOnDelivery.padStart(8, '0') } } } : {}),
    ...(waits === null ? {} : { LastPickupDate: dayDigits(waits.pickUpBy), AccessPointLocationID: waits.id }),
  };
}

/** What a type of activity says beyond that it happened: a day of delivery, or a notice by mail that did not arrive. */
interface GenericDetails {
  readonly day?: number;
  readonly failedNotice?: string;
}

/** Anything else, by UPS's type of activity. */
export function genericRecord(parcel: Parcel, scan: Scan, activityType: string, { day, failedNotice }: GenericDetails = {}): QuantumGeneric {
  const { BillToAccount, ...rest } = about(parcel);
  const abroad = parcel.origin.country !== parcel.destination.country;
  return {
    ActivityType: activityType,
    ...rest,
    Service: { Code: `0${parcel.service.ratingCode}` },
    Activity: when(scan),
    BillToAccount: abroad ? { ...BillToAccount, Option: '99' } : BillToAccount,
    ...(day === undefined ? {} : { RescheduledDeliveryDate: dayDigits(day) }),
    ...(failedNotice === undefined ? {} : { FailureNotification: { FailedEmailAddress: parcel.consignee.email, FailureNotificationCode: { Code: failedNotice } } }),
  };
}

function about(parcel: Parcel) {
  return {
    TrackingNumber: parcel.trackingNumber,
    ShipperNumber: parcel.account,
    PackageReferenceNumber: references(parcel, 'PACKAGE'),
    ShipmentReferenceNumber: references(parcel, 'SHIPMENT'),
    BillToAccount: billTo(parcel),
  };
}

/** What the clock at the place showed; Quantum View has no zone. */
function when({ atMs, place }: Scan): { Date: string; Time: string } {
  const { date, time } = localTime(atMs, place.zone);
  return { Date: date, Time: time };
}
