/**
 * Units and their exact size. Lengths and masses: the international yard and pound (1959: 0.9144 m, 0.45359237 kg);
 * SI and its prefixes: BIPM, The International System of Units, 9th edition; data: decimal prefixes are powers of
 * 1000, IEC 80000-13 prefixes of 1024. What has several sizes (gallon, cup, ton, month, year) is not here.
 */
import { minus, over, type Rational, rational, rationalOf, times } from "./rational.ts";

/** Dimension, size in the base unit of that dimension (numerator/denominator), the other ways to say it. */
const TABLE: [string, string, string, string][] = [
  ["length", "metre", "1", "m,metres,meter,meters"],
  ["length", "kilometre", "1000", "km,kms,kilometres,kilometer,kilometers"],
  ["length", "centimetre", "0.01", "cm,cms,centimetres,centimeter,centimeters"],
  ["length", "millimetre", "0.001", "mm,millimetres,millimeter,millimeters"],
  ["length", "mile", "1609.344", "mi,miles"],
  ["length", "yard", "0.9144", "yd,yds,yards"],
  ["length", "foot", "0.3048", "ft,feet"],
  ["length", "inch", "0.0254", "in,inches"],
  ["length", "nautical_mile", "1852", "nmi,nautical mile,nautical miles"],
  ["mass", "gram", "0.001", "g,grams,gramme,grammes"],
  ["mass", "kilogram", "1", "kg,kgs,kilo,kilos,kilograms,kilogramme,kilogrammes"],
  ["mass", "milligram", "0.000001", "mg,milligrams"],
  ["mass", "tonne", "1000", "tonnes,metric ton,metric tons"],
  ["mass", "pound", "0.45359237", "lb,lbs,pounds"],
  ["mass", "ounce", "0.028349523125", "oz,ounces"],
  ["mass", "stone", "6.35029318", "stones"],
  ["volume", "litre", "1", "l,litres,liter,liters"],
  ["volume", "millilitre", "0.001", "ml,millilitres,milliliter,milliliters"],
  ["volume", "us_gallon", "3.785411784", "us gallon,us gallons"],
  ["volume", "imperial_gallon", "4.54609", "imperial gallon,imperial gallons"],
  ["time", "second", "1", "s,sec,secs,seconds"],
  ["time", "millisecond", "0.001", "ms,milliseconds"],
  ["time", "minute", "60", "min,mins,minutes"],
  ["time", "hour", "3600", "h,hr,hrs,hours"],
  ["time", "day", "86400", "days"],
  ["time", "week", "604800", "weeks"],
  ["speed", "metre_per_second", "1", "m/s,metres per second,meters per second"],
  ["speed", "kilometre_per_hour", "1000/3600", "km/h,kmh,kph,kilometres per hour,kilometers per hour"],
  ["speed", "mile_per_hour", "1609.344/3600", "mph,miles per hour"],
  ["speed", "knot", "1852/3600", "knots,kn"],
  ["data", "bit", "0.125", "bits"],
  ["data", "byte", "1", "b,bytes"],
  ["data", "kilobyte", "1000", "kb,kilobytes"],
  ["data", "megabyte", "1000000", "mb,megabytes"],
  ["data", "gigabyte", "1000000000", "gb,gigabytes"],
  ["data", "terabyte", "1000000000000", "tb,terabytes"],
  ["data", "kibibyte", "1024", "kib,kibibytes"],
  ["data", "mebibyte", "1048576", "mib,mebibytes"],
  ["data", "gibibyte", "1073741824", "gib,gibibytes"],
  ["data", "tebibyte", "1099511627776", "tib,tebibytes"],
  ["temperature", "celsius", "1", "c,°c,degrees c,degrees celsius,degree celsius,centigrade,degrees centigrade"],
  ["temperature", "fahrenheit", "5/9", "f,°f,degrees f,degrees fahrenheit,degree fahrenheit"],
  ["temperature", "kelvin", "1", "k,kelvins,degrees kelvin"],
];

type Unit = { dimension: string; name: string; size: Rational };

const quotient = (text: string): Rational => {
  const [n, d = "1"] = text.split("/");
  return over(rationalOf(n), rationalOf(d));
};
const UNITS: Unit[] = TABLE.map(([dimension, name, size]) => ({ dimension, name, size: quotient(size) }));
const BY_NAME = new Map(UNITS.map((u) => [u.name, u]));
const BY_WORD = new Map(TABLE.flatMap(([, name, , words]) => [name, ...words.split(",")].map((w) => [w, name])));

/** Kelvin at nought of each scale; every other unit begins at its nought. */
const NOUGHT: Record<string, Rational> = {
  celsius: rationalOf("273.15"),
  fahrenheit: over(rationalOf("45967"), rationalOf("180")),
};

/** The unit that `word` means ("km" → "kilometre"), or null. */
export function unitNamed(word: string): string | null {
  return BY_WORD.get(word.toLowerCase()) ?? null;
}

/** "data", "length", … of the unit called `name`; null if there is none. */
export function dimensionOf(name: string): string | null {
  return BY_NAME.get(name)?.dimension ?? null;
}

/** `amount` of the unit `from` in the unit `to`. Throws RangeError where they measure different things or are unknown. */
export function converted(amount: Rational, { from, to }: { from: string; to: string }): Rational {
  const [a, b] = [BY_NAME.get(from), BY_NAME.get(to)];
  if (a === undefined || b === undefined || a.dimension !== b.dimension) {
    throw new RangeError(`Cannot convert ${from} to ${to}: they measure different things`);
  }
  const nought = rational(0n);
  const base = times(amount, a.size);
  const [up, down] = [NOUGHT[from] ?? nought, NOUGHT[to] ?? nought];
  return over(minus(minus(base, down), minus(nought, up)), b.size);
}

const SYMBOLS: Record<string, string> = {
  celsius: "°C",
  fahrenheit: "°F",
  kelvin: "K",
  kilobyte: "kB",
  megabyte: "MB",
  gigabyte: "GB",
  terabyte: "TB",
  kibibyte: "KiB",
  mebibyte: "MiB",
  gibibyte: "GiB",
  tebibyte: "TiB",
};

/** "miles", "°C", "MB": the unit after an amount. */
export function unitShown(name: string, one: boolean): string {
  const plain = name.replace(/_per_.*/, "").replaceAll("_", " ").replace(/^us /, "US ");
  const many = one ? plain : plain === "foot" ? "feet" : plain === "inch" ? "inches" : `${plain}s`;
  return SYMBOLS[name] ?? many + (name.includes("_per_") ? name.replace(/.*_per_/, " per ") : "");
}
