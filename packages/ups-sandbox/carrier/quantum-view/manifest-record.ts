import type { QuantumManifest } from '@wayleave/ups-api/wire';
import { dayDigits } from '../../world/calendar.js';
import type { Parcel } from '../../world/parcel.js';
import type { ReturnService } from '../../world/return-service.js';
import type { Scan } from '../../world/scan.js';
import { localTime } from '../../world/zone-time.js';
import { billTo, firstPromise, lineAddress, nameOf, references } from './quantum-parts.js';

const saturday = 6;
const firstDayOf1970 = 4;
/** UPS's words for how the label of a return gets to whoever sends it. */
const labelDeliveries = { '02': 'LPM', '03': 'LDO', '04': 'LDP', '05': 'LDT', '06': 'LDE' } as const satisfies Record<ReturnService, string>;

/** What the shipper announced of a parcel: a manifest of its own, which names the shipment's first parcel. */
export function manifestRecord(parcel: Parcel, label: Scan): QuantumManifest {
  const { shipper, consignee, returnService, billTo: { option } } = parcel;
  const abroad = parcel.origin.country !== parcel.destination.country;
  const onSaturday = (parcel.promise.day + firstDayOf1970) % 7 === saturday;
  const options = { ...(onSaturday ? { SaturdayDelivery: '' } : {}), ...(returnService === null ? {} : { CallTagARS: { Code: `0${returnService}` } }) };
  return {
    Shipper: {
      Name: nameOf(shipper.name), AttentionName: nameOf(shipper.attention), PhoneNumber: shipper.phone, ShipperNumber: parcel.account,
      EMailAddress: shipper.email, Address: lineAddress(shipper),
    },
    ShipTo: {
      CompanyName: nameOf(consignee.name), AttentionName: nameOf(consignee.attention), PhoneNumber: consignee.phone, EMailAddress: consignee.email,
      Address: lineAddress(consignee, nameOf(consignee.attention)),
    },
    ReferenceNumber: references(parcel, 'SHIPMENT'),
    Service: { Code: `0${parcel.service.ratingCode}` },
    PickupDate: dayDigits(parcel.pickupDay),
    ...firstPromise(parcel),
    Package: [packageOf(parcel, label)],
    ...(Object.keys(options).length === 0 ? {} : { ShipmentServiceOptions: options }),
    ...(returnService === null ? {} : { LabelDeliveryMethod: labelDeliveries[returnService] }),
    ...(abroad ? { CustomsValue: { MonetaryValue: signed(Number(parcel.weightPounds) * 12, 16) } } : {}),
    ...(parcel.invoiceRemoval ? { CommercialInvoiceRemoval: 'Y' } : {}),
    BillToAccount: billTo(parcel),
    ...(option === '02' ? { ConsigneeBillIndicator: '' } : {}),
    ...(parcel.postalNumber === null ? {} : { PostalServiceTrackingID: parcel.postalNumber }),
    LeadShipmentTrackingNumber: parcel.shipment.leadTrackingNumber,
  };
}

type ManifestPackage = NonNullable<QuantumManifest['Package']>[number];

function packageOf(parcel: Parcel, { atMs, place }: Scan): ManifestPackage {
  const { date, time } = localTime(atMs, place.zone);
  const { cashOnDelivery, quirks } = parcel;
  return {
    ...(quirks.undatedLabel ? {} : { Activity: [{ Date: date, Time: time }] }),
    Dimensions: sides(parcel),
    DimensionalWeight: { UnitOfMeasurement: { Code: 'LBS' }, Weight: '0000000' },
    PackageWeight: { Weight: signed(Number(parcel.weightPounds), 7) },
    TrackingNumber: parcel.trackingNumber,
    ReferenceNumber: references(parcel, 'PACKAGE'),
    ...(cashOnDelivery === null ? {} : {
      PackageServiceOptions: { COD: { CODCode: '1', CODAmount: { CurrencyCode: 'USD', MonetaryValue: cashOnDelivery.padStart(8, '0') } } },
    }),
  };
}

/** Three digits and twice nine, or eight zeros each where nobody measured (UPS-API/api-documentation#117). */
function sides({ dimensions: [length, width, height], quirks }: Parcel): { Length: string; Width: string; Height: string } {
  if (quirks.singleTexts || quirks.sparseStatus) return { Length: '00000000', Width: '00000000', Height: '00000000' };
  return { Length: String(length).padStart(3, '0'), Width: String(width).padStart(9, '0'), Height: String(height).padStart(9, '0') };
}

/** `+0007.0`, so many characters long. */
function signed(value: number, length: number): string {
  return `+${value.toFixed(1).padStart(length - 1, '0')}`;
}
