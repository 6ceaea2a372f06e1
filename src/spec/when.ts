import type { Platform } from '../abi/platform.ts';
import type { When } from './suite.ts';

/** Does a case's `when` hold on this platform? What it does not say does not matter. */
export function holdsOn(when: When, platform: Platform): boolean {
  return (
    (when.os === undefined || when.os.includes(platform.os)) &&
    (when.arch === undefined || when.arch.includes(platform.arch)) &&
    (when.endian === undefined || when.endian === platform.endian) &&
    (when.pointer_width === undefined || when.pointer_width === platform.pointerWidth)
  );
}
