import convert from 'convert-units';

type Unit = Parameters<ReturnType<typeof convert>['from']>[0];

/** A unit code of Akeneo, as people write it and as convert-units knows it (null: it cannot convert it). */
interface KnownUnit {
  readonly symbol: string;
  readonly unit: Unit | null;
}

const unit = (symbol: string, name: Unit | null): KnownUnit => ({ symbol, unit: name });

/**
 * The unit codes of Akeneo's standard measurement families, with the symbols Akeneo shows. OUNCE stands
 * in Weight and in Volume there; it is read as the weight, which catalogues mean by it. PINT, GALLON
 * (imperial there, US in convert-units) and MONTH differ between the two and are therefore not converted.
 * Source: akeneo/pim-community-dev, MeasureBundle, config/measure.yml.
 */
const units: Readonly<Record<string, KnownUnit>> = {
  SQUARE_MILLIMETER: unit('mm²', 'mm2'),
  SQUARE_CENTIMETER: unit('cm²', 'cm2'),
  SQUARE_DECIMETER: unit('dm²', null),
  SQUARE_METER: unit('m²', 'm2'),
  HECTARE: unit('ha', 'ha'),
  SQUARE_KILOMETER: unit('km²', 'km2'),
  SQUARE_INCH: unit('in²', 'in2'),
  SQUARE_FOOT: unit('ft²', 'ft2'),
  ACRE: unit('ac', 'ac'),
  SQUARE_MILE: unit('mi²', 'mi2'),
  BIT: unit('b', 'b'),
  BYTE: unit('B', 'B'),
  KILOBYTE: unit('kB', 'KB'),
  MEGABYTE: unit('MB', 'MB'),
  GIGABYTE: unit('GB', 'GB'),
  TERABYTE: unit('TB', 'TB'),
  DECIBEL: unit('dB', null),
  HERTZ: unit('Hz', 'Hz'),
  KILOHERTZ: unit('kHz', 'kHz'),
  MEGAHERTZ: unit('MHz', 'MHz'),
  GIGAHERTZ: unit('GHz', 'GHz'),
  TERAHERTZ: unit('THz', 'THz'),
  MILLIMETER: unit('mm', 'mm'),
  CENTIMETER: unit('cm', 'cm'),
  DECIMETER: unit('dm', null),
  METER: unit('m', 'm'),
  KILOMETER: unit('km', 'km'),
  INCH: unit('in', 'in'),
  FEET: unit('ft', 'ft'),
  YARD: unit('yd', 'yd'),
  MILE: unit('mi', 'mi'),
  WATT: unit('W', 'W'),
  KILOWATT: unit('kW', 'kW'),
  MEGAWATT: unit('MW', 'MW'),
  GIGAWATT: unit('GW', 'GW'),
  MILLIVOLT: unit('mV', 'mV'),
  VOLT: unit('V', 'V'),
  KILOVOLT: unit('kV', 'kV'),
  MILLIAMPERE: unit('mA', 'mA'),
  AMPERE: unit('A', 'A'),
  KILOAMPERE: unit('kA', 'kA'),
  OHM: unit('Ω', null),
  KILOHM: unit('kΩ', null),
  MEGOHM: unit('MΩ', null),
  METER_PER_SECOND: unit('m/s', 'm/s'),
  KILOMETER_PER_HOUR: unit('km/h', 'km/h'),
  FOOT_PER_SECOND: unit('ft/s', 'ft/s'),
  MILE_PER_HOUR: unit('mph', 'm/h'),
  MILLIAMPEREHOUR: unit('mAh', null),
  AMPEREHOUR: unit('Ah', null),
  MILLISECOND: unit('ms', 'ms'),
  SECOND: unit('s', 's'),
  MINUTE: unit('min', 'min'),
  HOUR: unit('h', 'h'),
  DAY: unit('d', 'd'),
  WEEK: unit('weeks', 'week'),
  MONTH: unit('months', null),
  YEAR: unit('years', 'year'),
  CELSIUS: unit('°C', 'C'),
  FAHRENHEIT: unit('°F', 'F'),
  KELVIN: unit('K', 'K'),
  RANKINE: unit('°R', 'R'),
  CUBIC_MILLIMETER: unit('mm³', 'mm3'),
  CUBIC_CENTIMETER: unit('cm³', 'cm3'),
  MILLILITER: unit('ml', 'ml'),
  CENTILITER: unit('cl', 'cl'),
  DECILITER: unit('dl', 'dl'),
  LITER: unit('l', 'l'),
  CUBIC_METER: unit('m³', 'm3'),
  PINT: unit('pt', null),
  GALLON: unit('gal', null),
  CUBIC_FOOT: unit('ft³', 'ft3'),
  CUBIC_INCH: unit('in³', 'in3'),
  CUBIC_YARD: unit('yd³', 'yd3'),
  MILLIGRAM: unit('mg', 'mg'),
  GRAM: unit('g', 'g'),
  KILOGRAM: unit('kg', 'kg'),
  TON: unit('t', 'mt'),
  OUNCE: unit('oz', 'oz'),
  POUND: unit('lb', 'lb'),
  BAR: unit('bar', 'bar'),
  PASCAL: unit('Pa', 'Pa'),
  HECTOPASCAL: unit('hPa', 'hPa'),
  PSI: unit('psi', 'psi'),
  TORR: unit('Torr', 'torr'),
  JOULE: unit('J', 'J'),
  KILOJOULE: unit('kJ', 'kJ'),
  WATTHOUR: unit('Wh', 'Wh'),
  KILOWATTHOUR: unit('kWh', 'kWh'),
  LUX: unit('lx', 'lx'),
  DEGREE: unit('°', 'deg'),
  RADIAN: unit('rad', 'rad'),
  PIECE: unit('pcs', null),
  DOZEN: unit('doz.', null),
};

export const unitCodes: readonly string[] = Object.keys(units);

/** The unit's symbol; a code nobody listed is shown as it is. */
export function unitSymbol(code: string): string {
  return find(code)?.symbol ?? code;
}

/**
 * Makes a conversion between two unit codes; null where one of them is not listed or the two measure
 * different things. Results are rounded to 12 significant digits, which is where binary fractions show.
 */
export function conversion(from: string, to: string): ((amount: number) => number) | null {
  if (from.toUpperCase() === to.toUpperCase()) return (amount) => amount;
  const [source, target] = [find(from)?.unit ?? null, find(to)?.unit ?? null];
  if (source === null || target === null) return null;
  if (convert().describe(source).measure !== convert().describe(target).measure) return null;
  return (amount) => Number(convert(amount).from(source).to(target).toPrecision(12));
}

function find(code: string): KnownUnit | undefined {
  const upper = code.toUpperCase();
  return Object.hasOwn(units, upper) ? units[upper] : undefined;
}
