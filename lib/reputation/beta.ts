/**
 * The beta distribution: how sure a share of good and bad reports makes us.
 */

/**
 * The value below which a share `mass` of Beta(a, b) lies, to about 1e-6. `mass` in (0, 1); a and b at least 0.001.
 */
export function betaQuantile(mass: number, a: number, b: number): number {
  return quantile(mass, a, b, logNorm(a, b));
}

/** The values that leave a share `tail` of Beta(a, b) out at either end: two quantiles, a third cheaper than one by one. */
export function betaInterval(tail: number, a: number, b: number): readonly [low: number, high: number] {
  const norm = logNorm(a, b);
  return [quantile(tail, a, b, norm), quantile(1 - tail, a, b, norm)];
}

/** The share of Beta(a, b) below x. */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return regularisedBeta(x, a, b, leadingPower(x, a, b, logNorm(a, b)));
}

/**
 * Where the regularised incomplete beta function comes to `mass`: safeguarded Halley steps, and from near the inverse function's
 * Taylor series (the reversion of Abramowitz and Stegun 3.6.25), whose four terms mostly save the last and often the only step.
 */
function quantile(mass: number, a: number, b: number, norm: number): number {
  let low = 0;
  let high = 1;
  let x = startingPoint(mass, a, b, norm);
  for (let left = 60; left > 0; left--) {
    const power = leadingPower(x, a, b, norm);
    const error = regularisedBeta(x, a, b, power) - mass;
    if (error > 0) high = x;
    else low = x;
    const newton = (error * x * (1 - x)) / power;
    // The logarithm of the density, derived once, twice and three times.
    const rise = (a - 1) / x;
    const fall = (b - 1) / (1 - x);
    const first = rise - fall;
    const second = -rise / x - fall / (1 - x);
    const third = (2 * rise) / (x * x) - (2 * fall) / ((1 - x) * (1 - x));
    const square = newton * newton;
    const cubic = ((2 * first * first - second) * newton * square) / 6;
    const quartic = ((7 * first * second - third - 6 * first * first * first) * square * square) / 24;
    const found = x - newton - (first * square) / 2 - cubic + quartic;
    // The terms shrink at least as fast from there on.
    const isNear = Math.abs(quartic) < 1e-7 && Math.abs(quartic) <= Math.abs(cubic) / 4;
    if (isNear && found > low && found < high) return found;
    const bend = newton * first;
    const step = newton / (1 - Math.max(-1, Math.min(1, bend)) / 2);
    // At an end, where rounding leaves no more to be found: what is left after a step is of the order of the step's cube.
    const near = Math.abs(step) < Math.max(1e-7, 1e-3 * Math.min(x, 1 - x));
    if (near && Math.abs(bend) < 1) return Math.min(high, Math.max(low, x - step));
    x = x - step > low && x - step < high ? x - step : (low + high) / 2;
    if (high - low < 1e-7) return x;
  }
  return x;
}

function startingPoint(mass: number, a: number, b: number, norm: number): number {
  return a >= 1 && b >= 1 ? nearNormal(mass, a, b) : nearEnd(mass, a, b, norm);
}

/** Abramowitz and Stegun 26.5.22, with the normal quantile of 26.2.22. */
function nearNormal(mass: number, a: number, b: number): number {
  const t = Math.sqrt(-2 * Math.log(Math.min(mass, 1 - mass)));
  const distance = t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t));
  const y = mass < 0.5 ? distance : -distance;
  const h = 2 / (1 / (2 * a - 1) + 1 / (2 * b - 1));
  const lambda = (y * y - 3) / 6;
  const spread = (y * Math.sqrt(h + lambda)) / h;
  const lean = (1 / (2 * b - 1) - 1 / (2 * a - 1)) * (lambda + 5 / 6 - 2 / (3 * h));
  return a / (a + b * Math.exp(2 * (spread - lean)));
}

/**
 * Inverts the first two terms of the distribution's power series (NIST DLMF 8.17.7) at the nearer end; the steps do the rest.
 * Where neither end is near, the mean.
 */
function nearEnd(mass: number, a: number, b: number, norm: number): number {
  const mean = a / (a + b);
  const low = Math.exp((Math.log(mass * a) - norm) / a);
  const lowTerm = ((b - 1) * low) / (a + 1);
  if (low < 0.5 && (low < mean || Math.abs(lowTerm) < 0.5)) return Math.max(low * (1 + lowTerm), 1e-300);
  const high = Math.exp((Math.log((1 - mass) * b) - norm) / b);
  const highTerm = ((a - 1) * high) / (b + 1);
  return high < 0.5 && (1 - high > mean || Math.abs(highTerm) < 0.5)
    ? Math.min(1 - high * (1 + highTerm), 1 - 1e-15)
    : mean;
}

/** x^a (1 - x)^b, divided by the beta function. */
function leadingPower(x: number, a: number, b: number, norm: number): number {
  return Math.exp(norm + a * Math.log(x) + b * Math.log1p(-x));
}

function regularisedBeta(x: number, a: number, b: number, power: number): number {
  return x < (a + 1) / (a + b + 2)
    ? (power * continuedFraction(x, a, b)) / a
    : 1 - (power * continuedFraction(1 - x, b, a)) / b;
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

/** Logarithm of one over the beta function. */
function logNorm(a: number, b: number): number {
  return logGamma(a + b) - logGamma(a) - logGamma(b);
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
