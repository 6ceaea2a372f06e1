import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { dir } from 'tmp-promise';
import { buildLibrary } from './build-library.ts';
import { abide, type Told } from './run-abide.ts';

const SOURCE = `
#[no_mangle]
pub extern "C" fn add_numbers(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

#[no_mangle]
pub extern "C" fn one_too_many(count: u8) -> u8 {
    count + 1
}
`;

const CONFIG = (library: string): string => `subject: { library: ./${library} }\nspecs: tiny.yaml\n`;

const SPEC = `abide: 1
spec: tiny
functions:
  add_numbers: { params: { a: i32, b: i32 }, returns: i32 }
cases:
  adds two numbers: { call: add_numbers, args: { a: 2, b: 40 }, returns: 42 }
  adds:
    each: [{ a: 1, b: 2, sum: 3 }, { a: 4, b: 5, sum: 9 }]
    call: add_numbers
    args: { a: "\${a}", b: "\${b}" }
    returns: "\${sum}"
`;

/** Three cases, the last two of which deviate in every caller. */
export const WRONG_SPEC = `abide: 1
spec: wrong
functions:
  one_too_many: { params: { count: u8 }, returns: u8 }
cases:
  counts right: { call: one_too_many, args: { count: 1 }, returns: 2 }
  counts wrong: { call: one_too_many, args: { count: 1 }, returns: 1 }
  counts wrong again: { call: one_too_many, args: { count: 7 }, returns: 7 }
`;

/** A user's folder: an abide.yaml, a library that rustc built, and a spec whose three cases pass. */
export interface TinyProject {
  readonly folder: string;
  readonly library: string;
  readonly write: (name: string, text: string | Uint8Array) => Promise<void>;
  /** `abide`, as the user types it there. */
  readonly abide: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Told>;
  readonly remove: () => Promise<void>;
}

export async function tinyProject(): Promise<TinyProject> {
  const place = await dir({ prefix: 'abide-tiny-', unsafeCleanup: true });
  const folder = place.path;
  const write: TinyProject['write'] = async (name, text) => {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  await write('tiny.rs', SOURCE);
  await write('tiny.yaml', SPEC);
  const library = basename(await buildLibrary(join(folder, 'tiny.rs'), join(folder, 'libtiny')));
  await write('abide.yaml', CONFIG(library));
  return {
    folder,
    library,
    write,
    abide: (args, env) => abide(args, folder, env),
    remove: () => place.cleanup(),
  };
}
