// The other end of gmmlab/ui/packing.py: 16 bytes of digest, the length of a JSON text, the text,
// and the arrays that it names, as they lie in memory.

const TYPES = {
  f8: Float64Array, f4: Float32Array,
  i4: Int32Array, i2: Int16Array, i1: Int8Array,
  u4: Uint32Array, u2: Uint16Array, u1: Uint8Array,
};

export function unpacked(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(16, true);
  const start = 20 + length;
  // Typed arrays must begin at a multiple of their size, which a slice does.
  const buffers = bytes.slice(start).buffer;
  const text = new TextDecoder().decode(bytes.subarray(20, start));
  return JSON.parse(text, (_, value) => (value?.$array ? array(value.$array, buffers) : value));
}

function array({ type, shape, offset }, buffers) {
  const Typed = TYPES[type];
  const width = shape[shape.length - 1];
  if (shape.length === 1) return new Typed(buffers, offset, width);
  const bytes = width * Typed.BYTES_PER_ELEMENT;
  return Array.from({ length: shape[0] }, (_, row) => new Typed(buffers, offset + row * bytes, width));
}
