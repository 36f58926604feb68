import { manifestMarks, type ManifestPackage, type QuantumManifest } from '../wire/quantum-view-records.js';
import { quantumAddress } from './address.js';
import { said, type Fields } from './fields.js';
import { billTo, references } from './quantum-parts.js';
import type { AnnouncedPackage, Contact, ManifestRecord, Recipient } from './quantum-record.js';

/** Our manifest from UPS's. */
export function toManifest(wire: QuantumManifest, fields: Fields): ManifestRecord {
  const options = wire.ShipmentServiceOptions;
  return {
    kind: 'manifest',
    shipper: shipperOf(wire.Shipper),
    shipTo: recipientOf(wire.ShipTo),
    references: references(wire.ReferenceNumber),
    serviceCode: said(wire.Service?.Code),
    serviceText: said(wire.Service?.Description),
    pickupDay: fields.day(wire, 'PickupDate'),
    scheduledDay: fields.day(wire, 'ScheduledDeliveryDate'),
    scheduledTime: fields.time(wire, 'ScheduledDeliveryTime'),
    packages: fields.each(wire.Package, 'Package', toPackage),
    saturdayPickup: options?.SaturdayPickup !== undefined,
    saturdayDelivery: options?.SaturdayDelivery !== undefined,
    callTag: options?.CallTagARS === undefined ? null : { code: said(options.CallTagARS.Code), number: said(options.CallTagARS.Number) },
    customsValue: fields.in('CustomsValue').money({ ...wire.CustomsValue, CurrencyCode: undefined }, 'MonetaryValue', 'CurrencyCode'),
    instructions: said(wire.SpecialInstructions),
    chargeType: said(wire.ShipmentChargeType),
    billTo: billTo(wire.BillToAccount),
    consigneeBilled: wire.ConsigneeBillIndicator !== undefined,
    collectBilled: wire.CollectBillIndicator !== undefined,
    postalTrackingNumber: said(wire.PostalServiceTrackingID),
    accessPoint: accessPointOf(wire.UAPAddress),
    leadTrackingNumber: said(wire.LeadShipmentTrackingNumber),
    marks: marksOf(wire),
  };
}

function toPackage(wire: ManifestPackage, fields: Fields): AnnouncedPackage {
  const options = wire.PackageServiceOptions;
  const inOptions = fields.in('PackageServiceOptions');
  const sides = fields.in('Dimensions');
  return {
    trackingNumber: said(wire.TrackingNumber),
    moments: fields.each(wire.Activity, 'Activity', (activity, at) => at.localMoment(activity, 'Date', 'Time')),
    description: said(wire.Description),
    weight: fields.in('PackageWeight').measure(wire.PackageWeight, 'Weight', undefined),
    dimensionalWeight: fields.in('DimensionalWeight').measure(wire.DimensionalWeight, 'Weight', wire.DimensionalWeight?.UnitOfMeasurement?.Code),
    dimensions: wire.Dimensions === undefined ? null : {
      length: sides.decimal(wire.Dimensions, 'Length'), width: sides.decimal(wire.Dimensions, 'Width'), height: sides.decimal(wire.Dimensions, 'Height'),
    },
    large: said(wire.LargePackage),
    references: references(wire.ReferenceNumber),
    cashOnDelivery: options?.COD === undefined ? null : {
      kind: said(options.COD.CODCode),
      amount: inOptions.in('COD', 'CODAmount').money(options.COD.CODAmount, 'MonetaryValue', 'CurrencyCode'),
      withShipping: options.AddShippingChargesToCODIndicator !== undefined,
    },
    insured: inOptions.in('InsuredValue').money(options?.InsuredValue, 'MonetaryValue', 'CurrencyCode'),
    earliestDelivery: inOptions.time(options, 'EarliestDeliveryTime'),
    hazard: said(options?.HazardousMaterialsCode),
    holdForPickup: options?.HoldForPickup !== undefined,
    premiumCare: wire.UPSPremiumCareIndicator !== undefined,
  };
}

function shipperOf(wire: QuantumManifest['Shipper']): Contact | null {
  if (wire === undefined) return null;
  return {
    name: said(wire.Name), attention: said(wire.AttentionName), account: said(wire.ShipperNumber), phone: said(wire.PhoneNumber), fax: said(wire.FaxNumber),
    mail: said(wire.EMailAddress), taxNumber: said(wire.TaxIdentificationNumber), consignee: said(wire.Address?.ConsigneeName), address: quantumAddress(wire.Address),
  };
}

function recipientOf(wire: QuantumManifest['ShipTo']): Recipient | null {
  if (wire === undefined) return null;
  return {
    name: said(wire.CompanyName), attention: said(wire.AttentionName), account: null, phone: said(wire.PhoneNumber), fax: said(wire.FaxNumber),
    mail: said(wire.EMailAddress), taxNumber: said(wire.TaxIdentificationNumber), consignee: said(wire.Address?.ConsigneeName), address: quantumAddress(wire.Address),
    assignedNumber: said(wire.ShipperAssignedIdentificationNumber), locationId: said(wire.LocationID), receivingName: said(wire.ReceivingAddressName),
  };
}

function accessPointOf(wire: QuantumManifest['UAPAddress']): Contact | null {
  if (wire === undefined) return null;
  return {
    name: said(wire.CompanyName), attention: said(wire.AttentionName), account: null, phone: said(wire.PhoneNumber), fax: null, mail: null, taxNumber: null,
    consignee: said(wire.Address?.ConsigneeName), address: quantumAddress(wire.Address),
  };
}

function marksOf(wire: QuantumManifest): Record<string, string> {
  const names = Object.keys(manifestMarks) as (keyof typeof manifestMarks)[];
  return Object.fromEntries(names.flatMap((name) => {
    const value = said(wire[name]);
    return value === null ? [] : [[name, value]];
  }));
}
