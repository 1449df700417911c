// What a mixture says of points, in the browser: the same formulas as the engine's, for pictures.
// Points are [n, d] with d 1 or 2; a moment is {weights [K], means [K·d], covariances [K·d·d]}.

const LOG_2_PI = Math.log(2 * Math.PI);
const LEAST = 1e-300;

// The mixture number m of a film.
export function moment(film, m) {
  return { weights: film.weights[m], means: film.means[m], covariances: film.covariances[m] };
}

// log π N(x | μ, Σ) of component k, as a function of a point's coordinates.
export function logJoint({ weights, means, covariances }, d, k) {
  const logWeight = Math.log(weights[k]);
  if (d === 1) {
    const [mean, variance] = [means[k], Math.max(covariances[k], LEAST)];
    const constant = logWeight - 0.5 * (LOG_2_PI + Math.log(variance));
    return x => constant - (0.5 * (x - mean) ** 2) / variance;
  }
  const [mx, my] = [means[2 * k], means[2 * k + 1]];
  const [a, b, , c] = covariances.subarray(4 * k, 4 * k + 4);
  const l11 = Math.sqrt(Math.max(a, LEAST));
  const l21 = b / l11;
  const l22 = Math.sqrt(Math.max(c - l21 * l21, LEAST));
  const constant = logWeight - LOG_2_PI - Math.log(l11) - Math.log(l22);
  return (x, y) => {
    const u = (x - mx) / l11;
    const v = (y - my - l21 * u) / l22;
    return constant - 0.5 * (u * u + v * v);
  };
}

// p(k | x) of every point, [n·K].
export function responsibilities(moment, points, d) {
  const K = moment.weights.length;
  const n = points.length / d;
  const shares = new Float64Array(n * K);
  for (let k = 0; k < K; k++) {
    const joint = logJoint(moment, d, k);
    if (d === 1) for (let i = 0; i < n; i++) shares[i * K + k] = joint(points[i]);
    else for (let i = 0; i < n; i++) shares[i * K + k] = joint(points[2 * i], points[2 * i + 1]);
  }
  for (let i = 0; i < n * K; i += K) {
    let peak = -Infinity;
    for (let k = 0; k < K; k++) peak = Math.max(peak, shares[i + k]);
    let sum = 0;
    for (let k = 0; k < K; k++) sum += shares[i + k] = Math.exp(shares[i + k] - peak);
    for (let k = 0; k < K; k++) shares[i + k] /= sum;
  }
  return shares;
}

// Which centre is nearest, as responsibilities of 0 and 1, [n·K]: what k-means assigns.
export function nearest(centers, points, d) {
  const K = centers.length / d;
  const n = points.length / d;
  const shares = new Float64Array(n * K);
  for (let i = 0; i < n; i++) {
    let best = 0;
    let least = Infinity;
    for (let k = 0; k < K; k++) {
      let apart = 0;
      for (let j = 0; j < d; j++) apart += (points[i * d + j] - centers[k * d + j]) ** 2;
      if (apart < least) [best, least] = [k, apart];
    }
    shares[i * K + best] = 1;
  }
  return shares;
}

// A moment between two others: pictures glide, the states they glide between are the engine's.
export function between(one, other, t) {
  if (t <= 0 || one === other) return one;
  if (t >= 1) return other;
  const mixed = {};
  for (const name of Object.keys(other)) {
    mixed[name] = other[name].map((value, i) => (1 - t) * one[name][i] + t * value);
  }
  return mixed;
}

// Colours as light, so that half and half is not too dark; one CSS colour per point.
export function blender(colors) {
  const light = colors.map(code => [1, 3, 5].map(i => (parseInt(code.slice(i, i + 2), 16) / 255) ** 2.2));
  const coded = Array.from({ length: 1025 }, (_, i) => Math.round(255 * (i / 1024) ** (1 / 2.2)));
  return (shares, i, K) => {
    let [r, g, b] = [0, 0, 0];
    for (let k = 0; k < K; k++) {
      const share = shares[i * K + k];
      const [lr, lg, lb] = light[k % light.length];
      r += share * lr;
      g += share * lg;
      b += share * lb;
    }
    return `rgb(${coded[Math.round(1024 * r)]},${coded[Math.round(1024 * g)]},${coded[Math.round(1024 * b)]})`;
  };
}
