// @ts-check
/** Functions that a written program has when its case needs them. */

/** @typedef {{ text: string, needs?: string[] }} Support */

/** @type {Readonly<Record<string, Support>>} */
export const SUPPORT = {
  // Two pointees more than asked for: no memory is empty, and text in it always ends.
  memory: {
    text: `function memory(type, values) {
  const address = koffi.alloc(type, values.length + 2);
  koffi.encode(address, type, values, values.length);
  return address;
}`,
  },
  bytes: {
    text: `function bytes(hex) {
  return memory('uint8_t', Buffer.from(hex, 'hex'));
}`,
    needs: ['memory'],
  },
  filled: {
    text: `function filled(size) {
  const pattern = Uint8Array.from({ length: size }, (_, index) => 0xa5 ^ index);
  const address = memory('uint8_t', pattern);
  fills.push({ address, pattern });
  return address;
}`,
    needs: ['memory'],
  },
  seen: {
    text: `function seen(address, size, value) {
  const untouched = fills.some(({ address: base, pattern }) => {
    const start = Number(address - base);
    const now = koffi.decode(address, 'uint8_t', size);
    return start >= 0 && size > 0 && Buffer.compare(pattern.subarray(start, start + size), now) === 0;
  });
  return untouched ? 'untouched' : value;
}`,
    needs: ['filled'],
  },
  list: {
    text: `function list(values, show = String) {
  return \`[\${Array.from(values, (value, index) => show(value, index)).join(', ')}]\`;
}`,
  },
  hex: {
    text: `function hex(values) {
  return ['bytes', ...Array.from(values, (byte) => (byte & 0xff).toString(16).padStart(2, '0'))].join(' ');
}`,
  },
  raw: {
    text: `function raw(type, value) {
  const address = memory(type, [value]);
  return koffi.decode(address, 'uint8_t', koffi.sizeof(type));
}`,
    needs: ['memory'],
  },
  bits32: {
    text: `function bits32(value) {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return \`0x\${view.getUint32(0).toString(16).padStart(8, '0')}\`;
}`,
  },
  bits64: {
    text: `function bits64(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return \`0x\${view.getBigUint64(0).toString(16).padStart(16, '0')}\`;
}`,
  },
  float32: {
    text: `function float32(bits) {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return view.getFloat32(0);
}`,
  },
  float64: {
    text: `function float64(bits) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}`,
  },
  exported: {
    text: `function exported(symbol) {
  try {
    library.symbol(symbol);
    return true;
  } catch {
    return false;
  }
}`,
  },
  tell: {
    text: `function tell(step, name, calls) {
  const ends = calls.length === 0 ? '' : \`, first: \${calls[0]}, last: \${calls.at(-1)}\`;
  console.log(\`\${step} called \${name} {count: \${calls.length}\${ends}}\`);
  calls.length = 0;
}`,
  },
};

/** What a program with more threads than libuv has begins with. @param {number} count */
export const moreThreads = (count) => `if (process.env.UV_THREADPOOL_SIZE === undefined) {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '${count}' };
  const { status, signal } = spawnSync(process.execPath, process.argv.slice(1), { env, stdio: 'inherit' });
  if (signal !== null) process.kill(process.pid, signal);
  process.exit(status ?? 1);
}`;
