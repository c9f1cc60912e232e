/**
 * Units and their exact sizes. Sources: NIST SP 811 (2008) appendix B.8 for inch, foot, mile, pound, gallon (US),
 * atmosphere, horsepower, calorie (thermochemical); IEC 80000-13 for kibi to pebi; BIPM SI brochure (9th) for the rest.
 * A month is a twelfth and a year is 365.25 days (Julian); names without "imperial" are US customary.
 */

export type Dimension =
  | "length"
  | "area"
  | "volume"
  | "mass"
  | "time"
  | "speed"
  | "temperature"
  | "data"
  | "energy"
  | "power"
  | "pressure"
  | "angle"
  | "data rate";

/** A value in the unit times `size` plus `zero` is the value in the dimension's first unit. `size` may be a quotient `a/b`. */
export type Unit = { name: string; dimension: Dimension; size: string; zero: string };

/** `names = size`, the first name is shown. Case counts only where two names differ by it alone. */
const TABLE: Record<Dimension, string> = {
  length: `m meter meters metre metres=1; km kilometer kilometers kilometre kilometres=1000; dm=0.1;
    cm centimeter centimeters centimetre centimetres=0.01; mm millimeter millimeters millimetre millimetres=0.001;
    µm um micrometer micrometers micron microns=1e-6; nm nanometer nanometers=1e-9;
    in inch inches "=0.0254; ft foot feet '=0.3048; yd yard yards=0.9144; mi mile miles=1609.344; nmi=1852;
    au=149597870700; ly lightyear lightyears=9460730472580800`,
  area: `m² m2 sqm=1; km² km2=1e6; cm² cm2=1e-4; mm² mm2=1e-6; ha hectare hectares=1e4; ft² ft2 sqft=0.09290304;
    in² in2=0.00064516; yd² yd2=0.83612736; mi² mi2=2589988.110336; acre acres=4046.8564224`,
  volume: `l L liter liters litre litres=1; ml milliliter milliliters millilitre=0.001; cl=0.01; dl=0.1; m³ m3=1000;
    cm³ cm3 cc=0.001; gal gallon gallons=3.785411784; qt quart quarts=0.946352946; pt pint pints=0.473176473;
    cup cups=0.2365882365; floz fl-oz=0.0295735295625; tbsp tablespoon tablespoons=0.01478676478125;
    tsp teaspoon teaspoons=0.00492892159375; in³ in3=0.016387064; ft³ ft3=28.316846592; imperial-gallon=4.54609;
    imperial-pint=0.56826125`,
  mass: `kg kilogram kilograms kilo kilos=1; g gram grams=0.001; mg milligram milligrams=1e-6; µg ug=1e-9;
    t tonne tonnes=1000; lb lbs pound pounds=0.45359237; oz ounce ounces=0.028349523125; st stone stones=6.35029318;
    ton tons=907.18474`,
  time: `s sec secs second seconds=1; ms millisecond milliseconds=0.001; µs us microsecond microseconds=1e-6;
    ns nanosecond nanoseconds=1e-9; min mins minute minutes=60; h hr hrs hour hours=3600; d day days=86400;
    wk week weeks=604800; mo month months=2629800; yr year years=31557600`,
  speed: `m/s mps=1; km/h kmh kph=1000/3600; mph mi/h=0.44704; kn knot knots=1852/3600; ft/s fps=0.3048`,
  temperature: `K kelvin=1; °C C celsius=1+273.15; °F F fahrenheit=5/9+45967/180`,
  data: `B byte bytes=1; bit bits=0.125; kB KB kb kilobyte kilobytes=1e3; MB mb megabyte megabytes=1e6;
    GB gb gigabyte gigabytes=1e9; TB tb terabyte terabytes=1e12; PB petabyte petabytes=1e15; KiB kibibyte=1024;
    MiB mebibyte=1048576; GiB gibibyte=1073741824; TiB tebibyte=1099511627776; PiB pebibyte=1125899906842624;
    kbit Kb=125; Mbit Mb=125e3; Gbit Gb=125e6; Tbit Tb=125e9`,
  "data rate": `bit/s bps=0.125; kbit/s kbps=125; Mbit/s Mbps=125e3; Gbit/s Gbps=125e6; B/s=1; kB/s=1e3; MB/s=1e6;
    GB/s=1e9; KiB/s=1024; MiB/s=1048576; GiB/s=1073741824`,
  energy: `J joule joules=1; kJ=1000; MJ=1e6; Wh=3600; kWh=3.6e6; MWh=3.6e9; cal calorie calories=4.184; kcal=4184;
    eV=1.602176634e-19; BTU Btu=1055.05585262`,
  power:
    `W watt watts=1; mW=0.001; kW kilowatt kilowatts=1000; MW megawatt megawatts=1e6; GW=1e9; hp=745.69987158227022;
    PS=735.49875`,
  pressure: `Pa pascal pascals=1; hPa=100; kPa=1000; MPa=1e6; bar bars=1e5; mbar=100; atm=101325;
    psi=6894.757293168; mmHg torr=133.322387415`,
  angle: `rad radian radians=1; °  deg degree degrees=pi/180; turn turns=2pi; grad gon=pi/200`,
};

const UNITS: readonly { names: string[]; unit: Unit }[] = Object.entries(TABLE).flatMap(([dimension, rows]) =>
  rows.split(";").map((row) => {
    const cut = row.lastIndexOf("=");
    const names = row.slice(0, cut).trim().split(/\s+/);
    const [size, zero = "0"] = row.slice(cut + 1).trim().split(/\+(?=\d)/);
    return { names, unit: { name: names[0], dimension: dimension as Dimension, size, zero } };
  })
);

const EXACT = new Map(UNITS.flatMap(({ names, unit }) => names.map((name) => [name, unit] as const)));
const FOLDED = new Map<string, Unit | null>();
for (const [name, unit] of EXACT) {
  const folded = name.toLowerCase();
  const before = FOLDED.get(folded);
  FOLDED.set(folded, before === undefined || before === unit ? unit : null);
}

/** The unit that `name` means, as written or, where that is one unit only, in any case; null if there is none. */
export function unitOf(name: string): Unit | null {
  const plain = name.trim().normalize("NFC").replaceAll("\u03bc", "µ")
    .replace(/^square\s+(\w+)$/i, (_, of: string) => `${unitOf(of)?.name ?? "?"}²`)
    .replace(/^(?:degrees?|deg|°)\s*(celsius|fahrenheit|c|f)$/i, "$1")
    .replace(/^(fluid|fl)\.?\s+(ounces?|oz)$/i, "floz").replace(/^nautical\s+miles?$/i, "nmi")
    .replace(/\s+per\s+(hour|second)$/i, (_, of: string) => of.toLowerCase() === "hour" ? "/h" : "/s")
    .replace(/^(km|kilometers?|kilometres?)\/h$/i, "km/h").replace(/^miles?\/h$/i, "mph").replace(
      /^met(?:er|re)s?\/s$/i,
      "m/s",
    )
    .replace(/^light[ -]years?$/i, "ly");
  return EXACT.get(plain) ?? FOLDED.get(plain.toLowerCase()) ?? null;
}
