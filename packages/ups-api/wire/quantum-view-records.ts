import { Type, type Static } from 'typebox';
import { flag, list, part, text } from './shape.js';

// Quantum View's five kinds of record. None has an id, a time zone or a sequence. Days are YYYYMMDD, times HHMMSS.

/** A reference number: `Code` says what the shipper called it, `Number` only counts. */
export const QuantumReference = Type.Object({ BarCodeIndicator: text, Number: text, Code: text, Value: text });
export type QuantumReference = Static<typeof QuantumReference>;

export const QuantumBillTo = Type.Object({ Option: text, Number: text });
export type QuantumBillTo = Static<typeof QuantumBillTo>;

export const QuantumMoney = Type.Object({ CurrencyCode: text, MonetaryValue: text });
export type QuantumMoney = Static<typeof QuantumMoney>;

export const QuantumAddress = Type.Object({
  ConsigneeName: text, AddressLine1: text, AddressLine2: text, AddressLine3: text,
  City: text, StateProvinceCode: text, PostalCode: text, CountryCode: text, ResidentialAddressIndicator: flag,
});
export type QuantumAddress = Static<typeof QuantumAddress>;

/** An address in parts: division 3 is a neighbourhood, 2 a city, 1 a state or province. */
export const AddressArtifact = Type.Object({
  ConsigneeName: text, StreetNumberLow: text, StreetPrefix: text, StreetName: text, StreetType: text, StreetSuffix: text, BuildingName: text,
  AddressExtendedInformation: list(Type.Object({ Type: text, Low: text, High: text })),
  PoliticalDivision3: text, PoliticalDivision2: text, PoliticalDivision1: text, CountryCode: text,
  PostcodePrimaryLow: text, PostcodeExtendedLow: text, ResidentialAddressIndicator: flag,
});
export type AddressArtifact = Static<typeof AddressArtifact>;

/** Where a scan was. */
export const ScanPlace = Type.Object({ PoliticalDivision2: text, PoliticalDivision1: text, CountryCode: text });
export type ScanPlace = Static<typeof ScanPlace>;

/** `Weight` comes as `"+0007.0"`, without a unit; dimensions as `"00000000"`; an absent COD as `""`. */
export const ManifestPackage = Type.Object({
  TrackingNumber: text,
  Activity: list(Type.Object({ Date: text, Time: text })),
  Description: text,
  Dimensions: part(Type.Object({ Length: text, Width: text, Height: text })),
  DimensionalWeight: part(Type.Object({ UnitOfMeasurement: part(Type.Object({ Code: text, Description: text })), Weight: text })),
  PackageWeight: part(Type.Object({ Weight: text })),
  LargePackage: text,
  ReferenceNumber: list(QuantumReference),
  PackageServiceOptions: part(Type.Object({
    COD: part(Type.Object({ CODCode: text, CODAmount: part(QuantumMoney) })),
    InsuredValue: part(QuantumMoney),
    EarliestDeliveryTime: text,
    HazardousMaterialsCode: text,
    HoldForPickup: flag,
    AddShippingChargesToCODIndicator: flag,
  })),
  UPSPremiumCareIndicator: flag,
});
export type ManifestPackage = Static<typeof ManifestPackage>;

/** Marks of a shipment that are a `"Y"` or a short code, or not there. */
export const manifestMarks = {
  DocumentsOnly: text, ManufactureCountry: text, HarmonizedCode: text, LocationAssured: text, ImportControl: text, LabelDeliveryMethod: text,
  CommercialInvoiceRemoval: text, ReturnsFlexibleAccess: text, UPScarbonneutral: text, Product: text, UPSReturnsExchange: text,
  LiftGateOnDelivery: text, LiftGateOnPickUp: text, PickupPreference: text, DeliveryPreference: text, HoldForPickupAtUPSAccessPoint: text,
  DeliverToAddresseeOnlyIndicator: text, UPSAccessPointCODIndicator: text, ClinicalTrialIndicator: text, ClinicalTrialIndicationNumber: text,
  CategoryAHazardousIndicator: text, DirectDeliveryIndicator: text, PackageReleaseCodeIndicator: text, ProactiveResponseIndicator: text,
  WhiteGloveDeliveryIndicator: text, RoomOfChoiceIndicator: text, InstallationDeliveryIndicator: text, ItemDisposalIndicator: text,
  SaturdayNonPremiumCommercialDeliveryIndicator: text, SundayNonPremiumCommercialDeliveryIndicator: text,
  UPSPremierAccessorialIndicator: text, UPSPremierCategoryCode: text,
};

/** A shipment as the shipper announced it. */
export const QuantumManifest = Type.Object({
  Shipper: part(Type.Object({
    Name: text, AttentionName: text, TaxIdentificationNumber: text, PhoneNumber: text, FaxNumber: text, ShipperNumber: text, EMailAddress: text,
    Address: part(QuantumAddress),
  })),
  ShipTo: part(Type.Object({
    ShipperAssignedIdentificationNumber: text, CompanyName: text, AttentionName: text, PhoneNumber: text, TaxIdentificationNumber: text, FaxNumber: text,
    EMailAddress: text, Address: part(QuantumAddress), LocationID: text, ReceivingAddressName: text,
  })),
  ReferenceNumber: list(QuantumReference),
  Service: part(Type.Object({ Code: text, Description: text })),
  PickupDate: text,
  ScheduledDeliveryDate: text,
  ScheduledDeliveryTime: text,
  Package: list(ManifestPackage),
  ShipmentServiceOptions: part(Type.Object({
    SaturdayPickup: flag, SaturdayDelivery: flag, CallTagARS: part(Type.Object({ Number: text, Code: text })),
  })),
  CustomsValue: part(Type.Object({ MonetaryValue: text })),
  SpecialInstructions: text,
  ShipmentChargeType: text,
  BillToAccount: part(QuantumBillTo),
  ConsigneeBillIndicator: flag,
  CollectBillIndicator: flag,
  PostalServiceTrackingID: text,
  UAPAddress: part(Type.Object({ CompanyName: text, AttentionName: text, Address: part(QuantumAddress), PhoneNumber: text })),
  LeadShipmentTrackingNumber: text,
  ...manifestMarks,
});
export type QuantumManifest = Static<typeof QuantumManifest>;

const activity = {
  TrackingNumber: Type.String({ pattern: '\\S' }),
  ShipperNumber: text,
  Date: text,
  Time: text,
  PackageReferenceNumber: list(QuantumReference),
  ShipmentReferenceNumber: list(QuantumReference),
  ActivityLocation: part(Type.Object({ AddressArtifactFormat: part(ScanPlace) })),
  BillToAccount: part(QuantumBillTo),
};

/** UPS has the package for the first time. */
export const QuantumOrigin = Type.Object({ ...activity, ScheduledDeliveryDate: text, ScheduledDeliveryTime: text });
export type QuantumOrigin = Static<typeof QuantumOrigin>;

/** Something went wrong; the only record with a reason and a resolution. */
export const QuantumException = Type.Object({
  ...activity,
  StatusCode: text, StatusDescription: text, ReasonCode: text, ReasonDescription: text,
  Resolution: part(Type.Object({ Code: text, Description: text })),
  RescheduledDeliveryDate: text, RescheduledDeliveryTime: text,
  UpdatedAddress: part(AddressArtifact),
  AccessPointLocationID: text,
});
export type QuantumException = Static<typeof QuantumException>;

/** Delivered, to the address or, with an access point, waiting there. `Date` and `Time` can lack leading zeros. */
export const QuantumDelivery = Type.Object({
  ...activity,
  DriverRelease: text,
  DeliveryLocation: part(Type.Object({ AddressArtifactFormat: part(AddressArtifact), Code: text, Description: text, SignedForByName: text })),
  COD: part(Type.Object({ CODAmount: part(QuantumMoney) })),
  LastPickupDate: text,
  AccessPointLocationID: text,
});
export type QuantumDelivery = Static<typeof QuantumDelivery>;

/** Everything else, by `ActivityType`: voids, hand-offs, notifications that failed, changed dates. */
export const QuantumGeneric = Type.Object({
  ActivityType: Type.String({ pattern: '\\S' }),
  TrackingNumber: Type.String({ pattern: '\\S' }),
  ShipperNumber: text,
  ShipmentReferenceNumber: list(QuantumReference),
  PackageReferenceNumber: list(QuantumReference),
  Service: part(Type.Object({ Code: text, Description: text })),
  Activity: part(Type.Object({ Date: text, Time: text })),
  BillToAccount: part(QuantumBillTo),
  ShipTo: part(Type.Object({ LocationID: text, ReceivingAddressName: text, Bookmark: text })),
  RescheduledDeliveryDate: text,
  FailureNotification: part(Type.Object({
    FailedEmailAddress: text, FailureNotificationCode: part(Type.Object({ Code: text, Description: text })),
  })),
});
export type QuantumGeneric = Static<typeof QuantumGeneric>;
