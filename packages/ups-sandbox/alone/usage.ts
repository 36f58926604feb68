export const usage = `Usage: ups-sandbox [parcels]

  ups-sandbox           A stand-in for UPS.com, not UPS: in memory, in the folder UPSCOM_DATA, or in DATABASE_URL.
  ups-sandbox parcels   The parcels of the stand-in that runs on UPSCOM_PORT, a line of JSON each, on stdout.
                        Needs UPSCOM_CONTROL_TOKEN.
`;
