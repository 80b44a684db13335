/**
 * The beta distribution: how sure a share of good and bad reports makes us.
 */

/**
 * The value below which a share `mass` of Beta(a, b) lies, to about 1e-6.
 * `mass` in (0, 1); a and b at least 0.001. Safeguarded Newton steps on the regularised incomplete beta function.
 */
export function betaQuantile(mass: number, a: number, b: number): number {
  const norm = logGamma(a + b) - logGamma(a) - logGamma(b);
  let low = 0;
  let high = 1;
  let x = startingPoint(mass, a, b, norm);
  for (let step = 0; step < 60; step++) {
    const error = regularisedBeta(x, a, b, norm) - mass;
    if (error > 0) high = x;
    else low = x;
    const density = Math.exp(norm + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x));
    let next = x - error / density;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - x) < 1e-7) return next;
    x = next;
  }
  return x;
}

/** The share of Beta(a, b) below x. */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return regularisedBeta(x, a, b, logGamma(a + b) - logGamma(a) - logGamma(b));
}

/** Inverts the distribution's leading power near the nearer end; Newton does the rest. */
function startingPoint(mass: number, a: number, b: number, norm: number): number {
  const mean = a / (a + b);
  if (a >= 1 && b >= 1) return mean;
  const lowTail = Math.exp((Math.log(mass * a) - norm) / a);
  const highTail = 1 - Math.exp((Math.log((1 - mass) * b) - norm) / b);
  if (lowTail < 0.5 && lowTail < mean) return Math.max(lowTail, 1e-300);
  return highTail > 0.5 && highTail > mean ? Math.min(highTail, 1 - 1e-15) : mean;
}

function regularisedBeta(x: number, a: number, b: number, norm: number): number {
  const front = Math.exp(norm + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(x, a, b)) / a
    : 1 - (front * continuedFraction(1 - x, b, a)) / b;
}

/** Continued fraction of the incomplete beta function (NIST DLMF 8.17.22), by Lentz's method. */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / orTiny(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m <= 200; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / orTiny(1 + even * d, tiny);
    c = orTiny(1 + even / c, tiny);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / orTiny(1 + odd * d, tiny);
    c = orTiny(1 + odd / c, tiny);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-9) break;
  }
  return fraction;
}

function orTiny(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** Lanczos' approximation with g = 7 and nine coefficients; relative error below 1e-13 for x > 0. */
function logGamma(x: number): number {
  let sum = 0.9999999999998099;
  for (let i = 0; i < LANCZOS.length; i++) sum += (LANCZOS[i] ?? 0) / (x + i);
  const t = x + 6.5;
  return (x - 0.5) * Math.log(t) - t + Math.log(Math.sqrt(2 * Math.PI) * sum);
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;
