/**
 * Rates that the product ships, for projects that have not imported any: one day of the ECB's euro foreign exchange reference rates
 * (https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/). Old by design: what they convert is counted apart.
 */
export const builtInRates = {
  day: '2023-09-08',
  source: 'ECB euro foreign exchange reference rates',
  base: 'EUR',
  /** Units of the currency for one euro. */
  rates: {
    USD: 1.0704,
    JPY: 157.84,
    BGN: 1.9558,
    CZK: 24.452,
    DKK: 7.4591,
    GBP: 0.85735,
    HUF: 385.7,
    PLN: 4.6213,
    RON: 4.963,
    SEK: 11.904,
    CHF: 0.9543,
    ISK: 143.3,
    NOK: 11.422,
    TRY: 28.739,
    AUD: 1.6743,
    BRL: 5.3238,
    CAD: 1.4623,
    CNY: 7.8565,
    HKD: 8.3915,
    IDR: 16438.4,
    ILS: 4.1162,
    INR: 88.861,
    KRW: 1428.51,
    MXN: 18.7019,
    MYR: 5.0057,
    NZD: 1.8127,
    PHP: 60.66,
    SGD: 1.4605,
    THB: 38.042,
    ZAR: 20.437,
  },
} as const;
